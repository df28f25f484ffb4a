/** Stock along the tree of places: warehouse, zone, bin, what lies there; and for each balance what moved it and the layers it is worth. */
import { useQueries } from "@tanstack/react-query";
import { ChevronRight, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, problemText, RefSelect } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { Dialog } from "@/ui/overlay/dialog";
import { PageHead, RightRail } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchPlaces, type PlaceRow } from "../api/stock-by-place";
import { BalanceStory } from "../components/balance-story";
import "../components/stock-by-place.css";

/** Balances of one place; a place with more has a list of its own. */
const MOST = 200;
const TOP = 0;
const ref = (value: unknown) => value as Ref;

type TreeRow =
  | { key: string; depth: number; kind: "place"; place: PlaceRow }
  | { key: string; depth: number; kind: "stock"; stock: Row }
  | { key: string; depth: number; kind: "more"; place: number };

export function StockByPlacePage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const phone = usePhone();
  const { slug } = useTenant();
  const stock = useEntity("inventory.stock");
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [product, setProduct] = useState<Ref | null>(null);
  const [shown, setShown] = useState<Row | null>(null);
  const wanted = product ? Number(product.id) : null;
  const nodes = [TOP, ...opened];
  const levels = useQueries({
    queries: nodes.map((node) => ({ queryKey: keyOf(slug, "inventory.stock", "places", [node, wanted]), queryFn: ({ signal }: { signal: AbortSignal }) => fetchPlaces(node || null, wanted, signal) })),
  });
  const lying = useQueries({
    queries: nodes.map((node) => {
      const query = { location__in: node, on_hand__gt: "0", order: "product", limit: MOST, ...(wanted ? { product__in: wanted } : {}) };
      return { queryKey: keyOf(slug, "inventory.stock", "list", query), queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(stock!, query, signal), enabled: stock !== undefined && node !== TOP };
    }),
  });
  const rowsBelow = (node: number, depth: number): TreeRow[] => {
    const at = nodes.indexOf(node);
    if (at < 0) return [];
    const places = (levels[at]?.data?.results ?? []).filter((row) => row.products > 0);
    const here = lying[at]?.data;
    return [
      ...places.flatMap((place): TreeRow[] => [{ key: `p${place.place.id}`, depth, kind: "place", place }, ...(opened.has(place.place.id) ? rowsBelow(place.place.id, depth + 1) : [])]),
      ...(here?.results ?? []).map((row): TreeRow => ({ key: `s${row.id}`, depth, kind: "stock", stock: row })),
      ...(here?.next ? [{ key: `m${node}`, depth, kind: "more" as const, place: node }] : []),
    ];
  };
  const toggle = (id: number) => setOpened((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next; });
  const rows = rowsBelow(TOP, 0);
  const top = levels[0];
  const figure = (row: TreeRow, key: "on_hand" | "reserved" | "available") => {
    if (row.kind === "stock") return format.quantity(String(row.stock[key]));
    // what lies there of everything has no common unit
    return row.kind === "place" && wanted ? format.quantity(row.place[key]) : null;
  };
  const name = (row: TreeRow) => {
    if (row.kind === "place") return <><ChevronRight size={14} aria-hidden className={`tp-turn${opened.has(row.place.place.id) ? " on" : ""}`} /><b>{row.place.place.label}</b></>;
    if (row.kind === "more") return <AppLink className="fld-link" to={`${stock!.route}?location__in=${row.place}`}>{t("tree.more")}</AppLink>;
    return <span className="ell">{ref(row.stock.product).label}{row.stock.lot ? <span className="sub"> {String(row.stock.lot)}</span> : null}</span>;
  };
  const columns: GridColumn<TreeRow>[] = [
    { key: "name", title: t("tree.place"), width: phone ? 190 : 320, grow: true, cell: (row) => <span className="tp-name" style={{ paddingInlineStart: row.depth * (phone ? 14 : 20) + (row.kind === "place" ? 0 : 20) }}>{name(row)}</span> },
    ...(phone ? [] : [{ key: "products", title: t("tree.products"), width: 110, numeric: true, cell: (row: TreeRow) => (row.kind === "place" ? format.quantity(String(row.place.products)) : null) }]),
    { key: "on_hand", title: t("supply.onHand"), width: phone ? 92 : 130, numeric: true, cell: (row) => figure(row, "on_hand") },
    ...(phone ? [] : [{ key: "reserved", title: t("tree.reserved"), width: 120, numeric: true, cell: (row: TreeRow) => figure(row, "reserved") }]),
    { key: "available", title: t("tree.available"), width: phone ? 92 : 120, numeric: true, cell: (row) => figure(row, "available") },
    ...(phone ? [] : [{ key: "unit", title: t("tree.unit"), width: 70, cell: (row: TreeRow) => (row.kind === "stock" ? <span className="dim">{ref(row.stock.unit).label}</span> : null) }]),
  ];
  const title = shown && `${ref(shown.product).label} · ${ref(shown.location).label}`;
  return (
    <div className="page">
      <PageHead title={t("tree.title")} />
      <div className="tp-bar"><RefSelect entity="shared.product" placeholder={t("tree.every")} aria-label={t("needs.product")} value={product} onChange={(value) => { setProduct(value); setShown(null); }} /></div>
      {top?.isPending && <GridSkeleton />}
      {top?.error && !top.data && <ErrorState title={t("tree.failed")} actions={<Button onClick={() => void top.refetch()}>{t("needs.again")}</Button>}>{problemText(top.error, said)}</ErrorState>}
      {top?.data && rows.length === 0 && <EmptyState title={t(product ? "tree.noneOf" : "tree.none")}>{t(product ? "tree.noneOfWhy" : "tree.noneWhy")}</EmptyState>}
      {rows.length > 0 && (
        <div className="split">
          <div className="main tp-main">
            <Grid<TreeRow> flat label={t("tree.title")} columns={columns} rows={rows} rowKey={(row) => row.key} rowClass={(row) => (row.kind === "stock" && row.stock.id === shown?.id ? "tp-now" : undefined)}
              onOpen={(row) => { if (row.kind === "place") toggle(row.place.place.id); else if (row.kind === "stock") setShown(row.stock); }} />
          </div>
          {shown && !phone && (
            <RightRail width={400} label={title ?? ""}>
              <div className="tp-story">
                <header><h3 className="ell">{title}</h3><Button size="small" variant="text" icon={<X size={16} />} aria-label={said("close")} onClick={() => setShown(null)} /></header>
                <BalanceStory key={shown.id} balance={shown} />
              </div>
            </RightRail>
          )}
        </div>
      )}
      {shown && phone && <Dialog open title={title ?? ""} onClose={() => setShown(null)}><div className="tp-story"><BalanceStory key={shown.id} balance={shown} /></div></Dialog>}
    </div>
  );
}
