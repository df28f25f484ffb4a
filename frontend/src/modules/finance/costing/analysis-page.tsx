/** Margins by customer, product, region, salesperson or month, and the steps from the margin before: price, cost, volume,
 * mix, what is new or gone. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { DayInput } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Segmented } from "@/ui/controls";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { stairs, type Step } from "./stairs";
import "../pages/finance.css";
import "./costing.css";

const WAYS = ["customer", "product", "region", "salesperson", "month"] as const;
type By = (typeof WAYS)[number];
const ENTITIES: Partial<Record<By, string>> = { customer: "shared.party", product: "shared.product" };

interface MarginRow { key: string; label: string; revenue: string; cost: string; margin: string; percent: string | null; margin_before: string | null; change: string }
interface Analysis { currency: string; by: By; since: string; until: string; before: { since: string; until: string }; results: MarginRow[]; bridge: Step[] }

function Stairs({ data }: { data: Analysis }) {
  const { t } = useTranslation("costing");
  const format = useFormat();
  return (
    <figure className="co-stairs">
      <figcaption>{t("bridge", { before: `${format.day(data.before.since)}–${format.day(data.before.until)}`, after: `${format.day(data.since)}–${format.day(data.until)}` })}</figcaption>
      <ol>
        {stairs(data.bridge).map((step) => (
          <li key={step.key} className={`co-${step.kind}`}>
            <span className="co-name">{t(`step.${step.key}`)}</span>
            <span className="co-track" aria-hidden><i style={{ left: `${step.from}%`, width: `${step.size}%` }} /></span>
            <b><Accounting value={step.amount} /></b>
          </li>
        ))}
      </ol>
    </figure>
  );
}

export function ProfitAnalysisPage() {
  const { t } = useTranslation("costing");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug, today } = useTenant();
  const [by, setBy] = useState<By>("customer");
  const [since, setSince] = useState(`${today.slice(0, 7)}-01`);
  const [until, setUntil] = useState(today);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "profit-analysis", [by, since, until]),
    queryFn: ({ signal }) => get<Analysis>("/api/v1/finance/profit-analysis/", { by, since, to: until }, signal),
    placeholderData: (old) => old,
  });
  const nobody = <span className="dim">{t("nobodys")}</span>;
  const shown = (row: MarginRow) => {
    const entity = data && ENTITIES[data.by];
    return !row.key ? nobody : entity ? <EntityLink entity={entity} id={Number(row.key)}>{row.label}</EntityLink> : row.label;
  };
  const columns: GridColumn<MarginRow>[] = [
    { key: "label", title: t(`by_${by}`), width: 200, grow: true, emphasised: true, cell: shown },
    { key: "revenue", title: t("revenue"), width: 130, numeric: true, cell: (row) => <Accounting value={row.revenue} /> },
    { key: "cost", title: t("cost"), width: 130, numeric: true, cell: (row) => <Accounting value={row.cost} /> },
    { key: "margin", title: t("margin"), width: 130, numeric: true, cell: (row) => <b className={row.margin.startsWith("-") ? "t-bad" : undefined}><Accounting value={row.margin} /></b> },
    { key: "percent", title: t("percent"), width: 84, numeric: true, cell: (row) => (row.percent === null ? "–" : format.percent(row.percent)) },
    ...(by === "month" ? [] : [
      { key: "before", title: t("before"), width: 130, numeric: true, cell: (row: MarginRow) => <span className="dim"><Accounting value={row.margin_before ?? "0"} /></span> },
      { key: "change", title: t("change"), width: 120, numeric: true, cell: (row: MarginRow) => <span className={row.change.startsWith("-") ? "t-bad" : undefined}><Accounting value={row.change} /></span> },
    ]),
  ];
  return (
    <div className="page">
      <PageHead title={t("analysis")} after={data && <span className="dim">{data.currency}</span>} />
      <div className="fi-bar co-bar">
        <Segmented<By> label={t("by_")} value={by} onChange={setBy} options={WAYS.map((value) => ({ value, label: t(`by_${value}`) }))} />
        <span className="fi-day"><DayInput aria-label={t("since")} value={since} max={until} onChange={(day) => { if (day) setSince(day); }} /></span>
        <span className="fi-day"><DayInput aria-label={t("until")} value={until} min={since} onChange={(day) => { if (day) setUntil(day); }} /></span>
      </div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("analysisFailed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("noMargins")}>{t("noMarginsWhy")}</EmptyState>}
      {data && data.results.length > 0 && <><Stairs data={data} /><Grid<MarginRow> label={t("analysis")} columns={columns} rows={data.results} rowKey={(row) => row.key || "-"} /></>}
    </div>
  );
}
