/** Supplier scorecard: spend, punctuality, quality, price and answers, from real documents. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";

interface Score {
  supplier: { id: number; label: string };
  orders: number;
  spend: string;
  received: string;
  rejected: string;
  rejected_ppm: string | null;
  on_time: string | null;
  price_variance: string | null;
  invoice_variance: string | null;
  response_hours: string | null;
  expired: string | null;
}

export function SupplierScorecardPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "inventory.supplier_score", "list", {}),
    queryFn: ({ signal }) => get<{ currency: string; results: Score[] }>("/api/v1/inventory/supplier-scorecard/", undefined, signal),
  });
  const share = (value: string | null) => (value === null ? <span className="dim">–</span> : format.percent(String(Number(value) * 100)));
  const columns: GridColumn<Score>[] = [
    { key: "supplier", title: t("score.supplier"), width: 240, grow: true, emphasised: true, cell: (row) => <span className="ell"><EntityLink entity="shared.party" id={row.supplier.id}>{row.supplier.label}</EntityLink> {row.expired && <span className="t-warn">{t("score.expired", { document: row.expired })}</span>}</span> },
    { key: "orders", title: t("score.orders"), width: 84, numeric: true, cell: (row) => row.orders },
    { key: "spend", title: t("score.spend", { currency: data?.currency ?? "" }), width: 148, numeric: true, cell: (row) => format.money(row.spend, data?.currency) },
    { key: "on_time", title: t("score.onTime"), width: 100, numeric: true, cell: (row) => share(row.on_time) },
    { key: "ppm", title: t("score.ppm"), width: 120, numeric: true, cell: (row) => row.rejected_ppm === null ? <span className="dim">–</span> : format.quantity(row.rejected_ppm) },
    { key: "variance", title: t("score.variance"), width: 132, numeric: true, cell: (row) => share(row.price_variance) },
    { key: "invoiced", title: t("score.invoiced"), width: 132, numeric: true, cell: (row) => share(row.invoice_variance) },
    { key: "response", title: t("score.response"), width: 108, numeric: true, cell: (row) => row.response_hours === null ? <span className="dim">–</span> : t("score.hours", { hours: format.quantity(row.response_hours) }) },
  ];
  return (
    <div className="page">
      <PageHead title={t("score.title")} after={data && <span className="dim">{t("score.count", { count: data.results.length })}</span>} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("score.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t("score.none")}>{t("score.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && <Grid<Score> cards label={t("score.title")} columns={columns} rows={data.results} rowKey={(row) => row.supplier.id} />}
    </div>
  );
}
