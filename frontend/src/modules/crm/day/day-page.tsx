/** What to do now: what is late by what the customer is worth, today by the hour, what comes, and what would be
 *  forgotten. For the desk and for one hand on the phone. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CalendarDays, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Box, Fact, Facts } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchDay, type Day, type Part, type Task } from "./api";
import { DoneDialog } from "./done-dialog";
import { TaskRow } from "./task-row";
import "./day.css";

export function DayPage() {
  const { t } = useTranslation("day");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [member, setMember] = useState<number | null>(null);
  const [ending, setEnding] = useState<Task | null>(null);
  const entity = useEntity("crm.activity");
  const mayPlan = useCan("crm.activity.create");
  const { data, error } = useQuery({ queryKey: keyOf(slug, "crm.activity", "day", [member]), queryFn: ({ signal }) => fetchDay(member, signal), placeholderData: keepPreviousData });
  return (
    <div className="page dy-page">
      <PageHead title={t("title")} after={data && <span className="dim">{format.longDay(data.on)}</span>}
        actions={<>
          {data && data.members.length > 1 && (
            <select className="input dy-member" aria-label={t("whose")} value={data.member} onChange={(event) => setMember(Number(event.target.value))}>
              {data.members.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
            </select>
          )}
          <AppLink className="btn" to="/crm/calendar"><CalendarDays size={15} aria-hidden />{t("calendar")}</AppLink>
          {entity && mayPlan && <AppLink className="btn primary" to={`${entity.route}/new`}><Plus size={15} aria-hidden />{t("plan")}</AppLink>}
        </>} />
      {error && !data ? <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState> : !data ? <GridSkeleton rows={8} /> : (
        <div className={`dy ${waiting(data) ? "" : "one"}`}>
          <div className="dy-main">
            <Facts>
              <Fact label={t("late")} value={data.late.count} tone={data.late.count > 0 ? "bad" : undefined} />
              <Fact label={t("today")} value={data.today.count} />
              <Fact label={t("doneToday")} value={data.done.count} tone={data.done.count > 0 ? "good" : undefined} />
              <Fact label={t("ahead")} value={data.ahead.count} note={data.undated > 0 ? t("undated", { count: data.undated }) : undefined} />
            </Facts>
            {!data.working && <p className="dy-off">{t("off", { day: format.near(data.next_working) })}</p>}
            <Tasks title={t("late")} note={data.worth_shown ? t("lateWhy") : undefined} part={data.late} day={data} onDone={setEnding} />
            <Tasks title={t("today")} part={data.today} day={data} onDone={setEnding} empty={data.late.count === 0 ? <EmptyState inline title={t("free")}>{t("freeWhy")}</EmptyState> : <p className="sub dy-none">{t("nothingToday")}</p>} />
            <Tasks title={t("ahead")} part={data.ahead} day={data} onDone={setEnding} />
            <Tasks title={t("doneToday")} part={data.done} day={data} />
          </div>
          <Forgotten data={data} />
        </div>
      )}
      {ending && data && <DoneDialog task={ending} nextWorking={data.next_working} onClose={() => setEnding(null)} />}
    </div>
  );
}

function Tasks({ title, note, part, day, onDone, empty }: { title: string; note?: string; part: Part; day: Day; onDone?: (task: Task) => void; empty?: ReactNode }) {
  const { t } = useTranslation("day");
  if (part.count === 0 && !empty) return null;
  return (
    <section className="dy-part" aria-label={title}>
      <h3>{title}{part.count > 0 && <span className="dim num">{part.count}</span>}{note && part.count > 1 && <small className="dim">{note}</small>}</h3>
      {part.count === 0 ? empty : <ul>{part.rows.map((task) => <TaskRow key={task.id} task={task} nextWorking={day.next_working} onDone={onDone} />)}</ul>}
      {part.count > part.rows.length && <p className="sub dy-none">{t("more", { count: part.count - part.rows.length })}</p>}
    </section>
  );
}

/** Whether there is anything that would be forgotten. */
const waiting = (data: Day): boolean => [data.pool, data.leads, data.quotes, data.cards].some((part) => (part?.count ?? 0) > 0);

function Forgotten({ data }: { data: Day }) {
  const { t } = useTranslation("day");
  const format = useFormat();
  const boxes: [string, number, ReactNode][] = [
    ["pool", data.pool?.count ?? 0, data.pool?.rows.map((row) => <li key={row.party.id}><EntityLink entity="shared.party" id={row.party.id}>{row.party.label}</EntityLink><span className="t-bad">{format.near(row.on)}</span></li>)],
    ["leads", data.leads?.count ?? 0, data.leads?.rows.map((row) => <li key={row.id}><EntityLink entity="crm.lead" id={row.id}>{row.label}</EntityLink><span className="sub">{format.moment(row.since)}</span></li>)],
    ["quotes", data.quotes?.count ?? 0, data.quotes?.rows.map((row) => <li key={row.id}><span className="dy-two"><EntityLink entity="crm.quote" id={row.id}>{row.label}</EntityLink><span className="sub">{row.party}</span></span><span className="sub">{format.near(row.until)}</span></li>)],
    ["cards", data.cards?.count ?? 0, data.cards?.rows.map((row) => <li key={row.id}><EntityLink entity="crm.customer_card" id={row.id}>{row.party.label}</EntityLink></li>)],
  ];
  const shown = boxes.filter(([, count]) => count > 0);
  if (shown.length === 0) return null;
  return (
    <aside className="dy-side" aria-label={t("forgotten")}>
      {shown.map(([key, count, rows]) => (
        <Box key={key} title={t(`of.${key}`)} extra={<span className="dim num">{count}</span>}>
          <p className="sub dy-why">{t(`why.${key}`)}</p>
          <ul className="dy-list">{rows}</ul>
        </Box>
      ))}
    </aside>
  );
}
