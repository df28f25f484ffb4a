/** Stock turnover: cost of goods sold over average inventory, at the ledger's valuation. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchTurnover, type TurnoverBy, type TurnoverRow } from "../api/replenishment";

const GROUPS: TurnoverBy[] = ["product", "abc", "warehouse"];

export function TurnoverPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [by, setBy] = useState<TurnoverBy>("product");
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "inventory.stock_value", "turnover", by), queryFn: ({ signal }) => fetchTurnover(by, signal) });
  const number = (value: string | null, places: number) => (value === null ? <span className="dim">–</span> : format.number(value, { places }));
  const columns: GridColumn<TurnoverRow>[] = [
    { key: "label", title: t(`turnover.by_${by}`), width: 280, grow: true, emphasised: true, cell: (row) => <span className="ell">{row.label}</span> },
    { key: "cogs", title: t("turnover.cogs"), width: 140, numeric: true, cell: (row) => format.amount(row.cogs) },
    { key: "consumed", title: t("turnover.consumed"), width: 140, numeric: true, cell: (row) => format.amount(row.consumed) },
    { key: "average", title: t("turnover.average"), width: 140, numeric: true, cell: (row) => format.amount(row.average) },
    { key: "closing", title: t("turnover.closing"), width: 140, numeric: true, cell: (row) => format.amount(row.closing) },
    { key: "turns", title: t("turnover.turns"), width: 96, numeric: true, cell: (row) => number(row.turns, 2) },
    { key: "days", title: t("turnover.days"), width: 96, numeric: true, cell: (row) => number(row.days, 0) },
  ];
  return (
    <div className="page">
      <PageHead title={t("turnover.title")} after={data && <span className="dim">{t("turnover.period", { since: format.day(data.since), until: format.day(data.until), currency: data.currency })}</span>} />
      {data && (
        <Facts kpis>
          <Fact label={t("turnover.turns")} value={number(data.total.turns, 2)} note={t("turnover.turnsNote")} />
          <Fact label={t("turnover.days")} value={number(data.total.days, 0)} />
          <Fact label={t("turnover.cogs")} value={format.money(data.total.cogs)} />
          <Fact label={t("turnover.average")} value={format.money(data.total.average)} note={t("turnover.now", { amount: format.money(data.total.closing) })} />
        </Facts>
      )}
      <Tabs label={t("accuracy.group")} value={by} onChange={(value) => setBy(value as TurnoverBy)} tabs={GROUPS.map((one) => ({ key: one, label: t(`turnover.by_${one}`) }))} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("turnover.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("turnover.none")}>{t("turnover.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && <Grid<TurnoverRow> cards label={t("turnover.title")} columns={columns} rows={data.results} rowKey={(row) => row.key} />}
    </div>
  );
}
