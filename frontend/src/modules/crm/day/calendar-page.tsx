/** A month of what is planned and was done, with expected closes and ends of quotes; on a phone day by day. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useEntity, useMe, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchSpan, type Entry, type Span } from "./api";
import { monthOf, shifted, type Month } from "./month";
import "./day.css";

const icons: Record<string, string> = { call: "phone", meeting: "users", visit: "map-pin", email: "mail", task: "list-checks", expected_close: "target", valid_until: "file-pen-line" };
const MOST = 4; // of a day in the grid
const ALL = "all";

export function CalendarPage() {
  const { t, i18n } = useTranslation("day");
  const { t: said } = useTranslation("records");
  const phone = usePhone();
  const { slug, today } = useTenant();
  const { member_id: me } = useMe();
  const [first, setFirst] = useState(() => monthOf(today).first);
  const [who, setWho] = useState<string>(String(me));
  const month = monthOf(first);
  const query = { since: month.since, until: month.until, ...(who !== ALL && { member: Number(who) }) };
  const { data, error } = useQuery({ queryKey: keyOf(slug, "crm.activity", "calendar", [query]), queryFn: ({ signal }) => fetchSpan(query, signal), placeholderData: keepPreviousData });
  const name = new Intl.DateTimeFormat(i18n.language.startsWith("zh") ? "zh-CN" : "en-GB", { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${first}T12:00:00Z`));
  return (
    <div className="page">
      <PageHead title={t("calendar")} actions={<>
        {data && data.members.length > 1 && (
          <select className="input dy-member" aria-label={t("whose")} value={who} onChange={(event) => setWho(event.target.value)}>
            <option value={ALL}>{t("everybody")}</option>
            {data.members.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
          </select>
        )}
        <Button onClick={() => setFirst(monthOf(today).first)} disabled={first === monthOf(today).first}>{t("thisMonth")}</Button>
        <Button icon={<ChevronLeft size={15} />} aria-label={t("before")} onClick={() => setFirst(shifted(first, -1))} />
        <b className="dy-month" aria-live="polite">{name}</b>
        <Button icon={<ChevronRight size={15} />} aria-label={t("after")} onClick={() => setFirst(shifted(first, 1))} />
      </>} />
      {error && !data ? <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState> : !data ? <GridSkeleton rows={8} />
        : phone ? <Agenda data={data} month={month} /> : <Grid data={data} month={month} everybody={who === ALL} />}
      {data?.more && <p className="sub dy-none">{t("cut")}</p>}
    </div>
  );
}

function byDay(data: Span): Map<string, Entry[]> {
  const days = new Map<string, Entry[]>();
  for (const entry of data.entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return days;
}

function Item({ entry, everybody }: { entry: Entry; everybody?: boolean }) {
  const { t } = useTranslation("day");
  const done = entry.state === "done";
  const words = [entry.at, entry.title, entry.sub, everybody && entry.owner].filter(Boolean).join(" · ");
  return (
    <span className={`dy-item ${done ? "over" : ""} ${entry.entity === "crm.activity" ? "" : "end"}`} title={`${t(`kind.${entry.kind}`)}: ${words}`}>
      <Icon name={done ? "circle-check" : icons[entry.kind]} size={13} aria-label={t(done ? "doneToday" : `kind.${entry.kind}`)} />
      {entry.at && <b className="num">{entry.at}</b>}
      <EntityLink entity={entry.entity} id={entry.id}>{entry.sub ? `${entry.title} · ${entry.sub}` : entry.title}</EntityLink>
    </span>
  );
}

function Grid({ data, month, everybody }: { data: Span; month: Month; everybody: boolean }) {
  const { t, i18n } = useTranslation("day");
  const entity = useEntity("crm.activity");
  const mayPlan = useCan("crm.activity.create");
  const [open, setOpen] = useState<string | null>(null);
  const days = byDay(data);
  const off = new Set(data.off);
  const names = new Intl.DateTimeFormat(i18n.language.startsWith("zh") ? "zh-CN" : "en-GB", { weekday: "short", timeZone: "UTC" });
  return (
    <div className="dy-scroll">
      <table className="dy-grid">
        <thead><tr>{(month.weeks[0] ?? []).map((day) => <th key={day} scope="col">{names.format(new Date(`${day}T12:00:00Z`))}</th>)}</tr></thead>
        <tbody>
          {month.weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => {
                const rows = days.get(day) ?? [];
                const all = open === day || rows.length <= MOST;
                return (
                  <td key={day} className={[off.has(day) && "off", day.slice(0, 7) !== month.first.slice(0, 7) && "other", day === data.today && "now"].filter(Boolean).join(" ") || undefined}>
                    <span className="dy-head">
                      <time dateTime={day} aria-current={day === data.today ? "date" : undefined}>{Number(day.slice(8))}</time>
                      {entity && mayPlan && day >= data.today && <AppLink className="dy-add" to={`${entity.route}/new?due_on=${day}`} aria-label={t("planOn", { day })}><Plus size={13} aria-hidden /></AppLink>}
                    </span>
                    {(all ? rows : rows.slice(0, MOST - 1)).map((entry) => <Item key={`${entry.entity} ${entry.id}`} entry={entry} everybody={everybody} />)}
                    {!all && <button type="button" className="dy-more" onClick={() => setOpen(day)}>{t("moreOf", { count: rows.length - MOST + 1 })}</button>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Agenda({ data, month }: { data: Span; month: Month }) {
  const { t } = useTranslation("day");
  const format = useFormat();
  const days = [...byDay(data)].filter(([day]) => day.slice(0, 7) === month.first.slice(0, 7));
  if (days.length === 0) return <EmptyState inline title={t("nothingHere")}>{t("nothingHereWhy")}</EmptyState>;
  return (
    <ol className="dy-agenda">
      {days.map(([day, rows]) => (
        <li key={day}>
          <time dateTime={day} className={day === data.today ? "now" : undefined}>{format.longDay(day)}</time>
          {rows.map((entry) => <Item key={`${entry.entity} ${entry.id}`} entry={entry} />)}
        </li>
      ))}
    </ol>
  );
}
