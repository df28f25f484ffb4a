/** Profit of orders side by side, and what ties their sum to the ledger's gross margin. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { useEntity, useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { Joint } from "@/ui/joint";
import { Drawer } from "@/ui/overlay/dialog";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchOrdersProfit, type OrderProfitRow } from "../api/reports";
import { Unallocated } from "../components/unallocated";
import "./finance.css";

const COSTS = ["material", "labour", "machine", "overhead", "outside", "freight", "commission", "rework", "other"] as const;
/** What nearly every order has; the rest shows where an order in the list has it. */
const ALWAYS: readonly string[] = ["material", "labour", "overhead"];

export function OrderProfitPage() {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const go = useGo();
  const { slug } = useTenant();
  const orders = useEntity("shared.sales_order");
  const [search, setSearch] = useState("");
  const [rest, setRest] = useState(false);
  const asked = useDeferredValue(search);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "orders-profit", asked),
    queryFn: ({ signal }) => fetchOrdersProfit(asked, signal),
    placeholderData: (old) => old,
  });
  const has = (key: string) => data?.results.some((row) => Number(row[key]) !== 0) ?? false;
  const columns: GridColumn<OrderProfitRow>[] = [
    { key: "order", title: t("op.order"), width: 120, emphasised: true, cell: (row) => row.order.label },
    { key: "customer", title: t("op.customer"), width: 180, grow: true, cell: (row) => <EntityLink entity="shared.party" id={row.customer.id}>{row.customer.label}</EntityLink> },
    { key: "ordered", title: t("op.ordered"), width: 80, numeric: true, cell: (row) => format.day(row.ordered_on) },
    { key: "revenue", title: t("op.revenue"), width: 120, numeric: true, cell: (row) => <Accounting value={row.revenue} /> },
    ...COSTS.filter((key) => ALWAYS.includes(key) || has(key)).map((key) => ({ key, title: t(`op.${key}`), width: 106, numeric: true, cell: (row: OrderProfitRow) => <Accounting value={row[key] as string} /> })),
    ...(has("returned") ? [{ key: "returned", title: t("op.returned"), width: 106, numeric: true, cell: (row: OrderProfitRow) => <span className="dim"><Accounting value={row.returned} /></span> }] : []),
    { key: "profit", title: t("op.profit"), width: 120, numeric: true, cell: (row) => <b className={row.profit.startsWith("-") ? "t-bad" : undefined}><Accounting value={row.profit} /></b> },
    { key: "margin", title: t("op.margin"), width: 80, numeric: true, cell: (row) => (row.margin === null ? "–" : format.percent(row.margin)) },
  ];
  return (
    <div className="page">
      <PageHead title={t("op.title")} after={data && <span className="dim">{data.currency}</span>} />
      <div className="fi-bar"><input className="input" type="search" style={{ width: 220 }} placeholder={t("op.search")} aria-label={t("op.search")} value={search} onChange={(event) => setSearch(event.target.value)} /></div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("op.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.results.length === 0 && <EmptyState title={t(asked ? "op.notFound" : "op.none")}>{t(asked ? "op.notFoundWhy" : "op.noneWhy")}</EmptyState>}
      {data && data.results.length > 0 && (
        <>
          <Grid<OrderProfitRow> label={t("op.title")} columns={columns} rows={data.results} rowKey={(row) => row.order.id} onOpen={(row) => { if (orders) go(`${orders.route}/${row.order.id}`); }} />
          {data.gross_margin !== undefined && (
            <div className="fi-foot"><span><Joint fit={1} />{t("op.ties", { margin: format.money(data.gross_margin), rest: format.money(data.unallocated) })}</span><Button size="small" onClick={() => setRest(true)}>{t("op.restOpen")}</Button></div>
          )}
        </>
      )}
      <Drawer open={rest} title={t("op.restTitle")} onClose={() => setRest(false)}><Unallocated /></Drawer>
    </div>
  );
}
