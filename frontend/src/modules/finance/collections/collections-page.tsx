/** What is to come of invoices and orders by their terms, what came of it, what is late; by salesperson. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { DayInput } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { usePhone } from "@/platform/records/use-media";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Segmented } from "@/ui/controls";
import { Bar, Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { afterDays, share } from "./plan";
import "../pages/finance.css";
import "./collections.css";

const STATES = ["all", "late", "open", "settled"] as const;
type State = (typeof STATES)[number];

interface Named { id: number; label: string }
interface Sums { owner: Named | null; planned: string; settled: string; open: string; late: string }
interface Receipt { entity: string; id: number; number: string; order: string; party: Named; owner: Named | null; due_on: string; currency: string; planned: string; settled: string; open: string; late: number }
interface Plan { currency: string; count: number; next: number | null; results: Receipt[]; owners: Sums[]; totals: Sums }

export function CollectionsPage() {
  const { t } = useTranslation("collections");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug, today } = useTenant();
  const phone = usePhone();
  const [state, setState] = useState<State>("all");
  const [owner, setOwner] = useState<number | null>(null);
  const [since, setSince] = useState(`${today.slice(0, 7)}-01`);
  const [until, setUntil] = useState(() => afterDays(today, 90));
  const [start, setStart] = useState(0);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.invoice", "collections", [state, since, until, owner, start]),
    queryFn: ({ signal }) => get<Plan>("/api/v1/finance/collections/plan/", { since, to: until, state: state === "all" ? "" : state, offset: start, ...(owner ? { owner } : {}) }, signal),
    placeholderData: (old) => old,
  });
  const again = (change: () => void) => { setStart(0); change(); };
  const all: GridColumn<Receipt>[] = [
    { key: "due", title: t("due"), width: phone ? 64 : 108, cell: (row) => <span className={row.late ? "t-bad" : undefined}>{format.day(row.due_on)}</span> },
    { key: "party", title: t("customer"), width: phone ? 130 : 220, grow: true, emphasised: true, cell: (row) => <EntityLink entity="shared.party" id={row.party.id}>{row.party.label}</EntityLink> },
    { key: "number", title: t("document"), width: 150, cell: (row) => <EntityLink entity={row.entity} id={row.id}>{row.number}</EntityLink> },
    { key: "what", title: t("what"), width: 120, cell: (row) => <span className="dim">{row.entity === "finance.invoice" ? row.order || t("invoice") : t("order")}</span> },
    { key: "owner", title: t("salesperson"), width: 130, cell: (row) => row.owner?.label ?? <span className="dim">{t("nobody")}</span> },
    { key: "currency", title: t("currency"), width: 72, cell: (row) => <span className="dim">{row.currency}</span> },
    { key: "planned", title: t("planned"), width: 124, numeric: true, cell: (row) => <Accounting value={row.planned} /> },
    { key: "settled", title: t("settled"), width: 124, numeric: true, cell: (row) => <Accounting value={row.settled} /> },
    { key: "open", title: t("open"), width: phone ? 104 : 124, numeric: true, cell: (row) => <b className={row.late ? "t-bad" : undefined}><Accounting value={row.open} /></b> },
    { key: "late", title: t("days"), width: 84, numeric: true, cell: (row) => (row.late ? <span className="t-bad">{row.late}</span> : "") },
  ];
  const columns = phone ? ["due", "party", "open", "late", "number"].flatMap((key) => all.filter((one) => one.key === key)) : all;
  return (
    <div className="page">
      <PageHead title={t("plan")} after={data && <span className="dim">{data.currency}</span>} />
      <div className="fi-bar cl-bar">
        <Segmented<State> label={t("show")} value={state} onChange={(to) => again(() => setState(to))} options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))} />
        <span className="fi-day"><DayInput aria-label={t("since")} value={since} max={until} onChange={(day) => { if (day) again(() => setSince(day)); }} /></span>
        <span className="fi-day"><DayInput aria-label={t("until")} value={until} min={since} onChange={(day) => { if (day) again(() => setUntil(day)); }} /></span>
        {owner !== null && <button type="button" className="btn" onClick={() => again(() => setOwner(null))}>{t("everybody")}</button>}
      </div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("none")}>{t("noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && (
        <>
          <Facts>
            <Fact label={t("planned")} value={<Accounting value={data.totals.planned} />} />
            <Fact label={t("settled")} value={<Accounting value={data.totals.settled} />} />
            <Fact label={t("open")} value={<Accounting value={data.totals.open} />} />
            <Fact label={t("late")} value={<Accounting value={data.totals.late} />} tone={Number(data.totals.late) ? "bad" : undefined} />
          </Facts>
          <ul className="cl-owners" aria-label={t("bySalesperson")}>
            <li className="cl-heads" aria-hidden="true"><span>{t("salesperson")}</span><span>{t("settled")}</span><span className="num">{t("open")}</span><span className="num">{t("late")}</span></li>
            {data.owners.map((one) => (
              <li key={one.owner?.id ?? 0}>
                <button type="button" disabled={!one.owner} aria-pressed={one.owner !== null && owner === one.owner.id} onClick={() => again(() => setOwner(owner === one.owner?.id ? null : (one.owner?.id ?? null)))}>
                  <span className="cl-name">{one.owner?.label ?? t("nobody")}</span>
                  <Bar percent={share(one.settled, one.planned)} width="100%" label={t("came", { percent: share(one.settled, one.planned) })} />
                  <span className="num"><Accounting value={one.open} /></span>
                  <span className={`num ${Number(one.late) ? "t-bad" : "dim"}`}><Accounting value={one.late} /></span>
                </button>
              </li>
            ))}
          </ul>
          <Grid<Receipt> label={t("plan")} columns={columns} rows={data.results} rowKey={(row) => `${row.entity}-${row.id}-${row.due_on}`} />
          {(data.next !== null || start > 0) && (
            <div className="fi-foot">
              <button type="button" className="btn" disabled={start === 0} onClick={() => setStart(Math.max(start - 200, 0))}>{t("before")}</button>
              <span className="dim">{t("shown", { from: start + 1, to: start + data.results.length, count: data.count })}</span>
              <button type="button" className="btn" disabled={data.next === null} onClick={() => setStart(data.next ?? 0)}>{t("next")}</button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
