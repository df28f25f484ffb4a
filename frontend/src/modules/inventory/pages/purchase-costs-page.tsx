/** Purchase costs: what was ordered and received, and how the price paid differs from standard cost or the price before. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Segmented } from "@/ui/controls";
import { Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { type Against, type CostRow, type CostsBy, fetchPurchaseCosts } from "../api/purchase-costs";

const GROUPS: CostsBy[] = ["supplier", "category", "product", "month", "buyer"];
const LINKED: Partial<Record<CostsBy, string>> = { supplier: "shared.party", product: "shared.product" };

export function PurchaseCostsPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [by, setBy] = useState<CostsBy>("supplier");
  const [against, setAgainst] = useState<Against>("standard");
  const [period, setPeriod] = useState<"year" | "all">("year");
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "shared.purchase_order", "costs", { by, against, period }),
    queryFn: ({ signal }) => fetchPurchaseCosts(by, against, period === "year" ? 12 : undefined, signal),
  });
  const share = (value: string | null) => (value === null ? <span className="dim">–</span> : format.percent(String(Number(value) * 100)));
  const linked = LINKED[by];
  const label = (row: CostRow) => (linked && row.key ? <EntityLink entity={linked} id={Number(row.key)}>{row.label}</EntityLink> : row.label);
  const columns: GridColumn<CostRow>[] = [
    { key: "label", title: t(`costs.by_${by}`), width: 260, grow: true, emphasised: true, cell: (row) => <span className="ell">{label(row)}</span> },
    { key: "ordered", title: t("costs.ordered"), width: 148, numeric: true, cell: (row) => format.amount(row.ordered) },
    { key: "received", title: t("costs.received"), width: 148, numeric: true, cell: (row) => format.amount(row.received) },
    { key: "reference", title: t("costs.reference"), width: 148, numeric: true, cell: (row) => format.amount(row.reference) },
    { key: "variance", title: t("costs.variance"), width: 140, numeric: true, cell: (row) => format.amount(row.variance) },
    { key: "share", title: t("costs.share"), width: 100, numeric: true, cell: (row) => share(row.share) },
  ];
  const without = data ? Number(data.total.received) - Number(data.total.compared) : 0;
  return (
    <div className="page">
      <PageHead
        title={t("costs.title")}
        after={data && <span className="dim">{data.currency}</span>}
        actions={
          <>
            <Segmented<Against> label={t("costs.against")} value={against} onChange={setAgainst} options={[{ value: "standard", label: t("costs.standard") }, { value: "last", label: t("costs.last") }]} />
            <Segmented<"year" | "all"> label={t("costs.months")} value={period} onChange={setPeriod} options={[{ value: "year", label: t("costs.year") }, { value: "all", label: t("costs.all") }]} />
          </>
        }
      />
      {data && (
        <Facts kpis>
          <Fact label={t("costs.ordered")} value={format.money(data.total.ordered)} />
          <Fact label={t("costs.received")} value={format.money(data.total.received)} note={t("costs.receivedNote")} />
          <Fact label={t("costs.variance")} value={format.money(data.total.variance)} note={without >= 0.01 ? t("costs.without", { amount: format.money(without.toFixed(2)) }) : undefined} />
          <Fact label={t("costs.share")} value={share(data.total.share)} />
        </Facts>
      )}
      <Tabs label={t("costs.group")} value={by} onChange={(value) => setBy(value as CostsBy)} tabs={GROUPS.map((one) => ({ key: one, label: t(`costs.by_${one}`) }))} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("costs.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("costs.none")}>{t("costs.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && <Grid<CostRow> cards label={t("costs.title")} columns={columns} rows={data.results} rowKey={(row) => row.key || "-"} />}
    </div>
  );
}
