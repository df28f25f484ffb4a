/** Slow, dead and excess stock: what lies there, what it is worth, what its age costs, and what is being done about it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Fact, Facts } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { fetchSlowStock, type SlowRow } from "../api/replenishment";

const HORIZONS = [90, 180, 365] as const;
const KINDS = ["all", "dead", "slow", "excess"] as const;
const marks = { dead: "late", slow: "warn", excess: "open", moving: "done" } as const;

export function SlowStockPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const go = useGo();
  const actions = useEntity("inventory.slow_stock_action");
  const mayDecide = useCan("inventory.slow_stock_action.create");
  const [horizon, setHorizon] = useState<number>(180);
  const [kind, setKind] = useState<(typeof KINDS)[number]>("all");
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "inventory.stock_value", "slow", horizon), queryFn: ({ signal }) => fetchSlowStock(horizon, signal) });
  const rows = (data?.results ?? []).filter((row) => kind === "all" || row.kind === kind);
  const columns: GridColumn<SlowRow>[] = [
    { key: "product", title: t("needs.product"), width: 220, grow: true, emphasised: true, cell: (row) => <span className="ell"><EntityLink entity="shared.product" id={row.product.id}>{row.product.label}</EntityLink> <span className="sub">{row.product.name}</span></span> },
    { key: "kind", title: t("slow.kind"), width: 96, cell: (row) => <span className="row"><Mark kind={marks[row.kind]} />{t(`slow.kind_${row.kind}`)}</span> },
    { key: "quantity", title: t("supply.onHand"), width: 100, numeric: true, cell: (row) => <>{format.quantity(row.quantity)} <span className="dim">{row.unit}</span></> },
    { key: "value", title: t("slow.value", { currency: data?.currency ?? "" }), width: 120, numeric: true, cell: (row) => format.amount(row.value) },
    { key: "idle", title: t("slow.idle"), width: 96, numeric: true, cell: (row) => format.number(row.idle) },
    { key: "oldest", title: t("slow.oldest"), width: 92, numeric: true, cell: (row) => format.number(row.oldest) },
    { key: "demand", title: t("slow.demand"), width: 92, numeric: true, cell: (row) => format.number(row.demand, { places: 0 }) },
    { key: "excess", title: t("slow.excess"), width: 92, numeric: true, cell: (row) => format.number(row.excess, { places: 0 }) },
    { key: "excess_value", title: t("slow.excessValue"), width: 116, numeric: true, cell: (row) => format.amount(row.excess_value) },
    { key: "provision", title: t("slow.provision"), width: 104, numeric: true, cell: (row) => Number(row.provision) ? format.amount(row.provision) : <span className="dim">–</span> },
    { key: "action", title: t("slow.action"), width: 190, cell: (row) => row.action
      ? <span className="ell" title={row.action.reason}><EntityLink entity="inventory.slow_stock_action" id={row.action.id}>{t(`slow.do_${row.action.kind}`)}</EntityLink> <span className="sub">{row.action.owner}, {format.day(row.action.until)}</span></span>
      : mayDecide && actions ? <Button size="small" onClick={() => go(`${actions.route}/new?product=${row.product.id}`)}>{t("slow.decide")}</Button> : null },
  ];
  const share = data?.dead_share == null ? "–" : format.percent(String(Number(data.dead_share) * 100));
  return (
    <div className="page">
      <PageHead title={t("slow.title")} after={data && <span className="dim">{t("slow.count", { count: rows.length })}</span>} />
      {data && (
        <Facts kpis>
          <Fact label={t("slow.share")} value={share} tone={Number(data.dead_share) > 0.1 ? "bad" : undefined} note={t("slow.shareNote")} />
          <Fact label={t("slow.dead")} value={format.money(data.dead)} note={t("slow.of", { total: format.money(data.total) })} />
          <Fact label={t("slow.slow")} value={format.money(data.slow)} />
          <Fact label={t("slow.excessTotal")} value={format.money(data.excess)} note={t("slow.within", { days: horizon })} />
          <Fact label={t("slow.provisionTotal")} value={format.money(data.provision)} />
        </Facts>
      )}
      <Tabs label={t("slow.kind")} value={kind} onChange={(value) => setKind(value as typeof kind)} tabs={KINDS.map((one) => ({ key: one, label: t(`slow.kind_${one}`), count: data?.results.filter((row) => one === "all" || row.kind === one).length }))}
        extra={<span className="row">{HORIZONS.map((days) => <Button key={days} size="small" variant={days === horizon ? "default" : "text"} aria-pressed={days === horizon} onClick={() => setHorizon(days)}>{t("needs.within", { count: days })}</Button>)}</span>} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("slow.failed")}>{problemText(error, said)}</ErrorState>}
      {data && rows.length === 0 && <EmptyState title={t("slow.none")}>{t("slow.noneWhy")}</EmptyState>}
      {rows.length > 0 && <Grid<SlowRow> cards label={t("slow.title")} columns={columns} rows={rows} rowKey={(row) => row.product.id} />}
    </div>
  );
}
