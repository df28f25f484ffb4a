/** Purchase workbench: what must be bought by when, from whom and why; ordered in one action, split by supplier, currency and warehouse. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MessagesSquare, ShoppingCart } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { BulkBar, PageHead, Tabs } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchNeeds, orderNeeds, type Document, type NeedRow, type Offer } from "../api/purchase-needs";
import { Offers } from "../components/offers";
import { inquireNeeds } from "../inquiries/api";
import "../components/inventory.css";

const HORIZONS = [7, 30, 90] as const;

export function PurchaseWorkbenchPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayOrder = useCan("inventory.purchase_need.order");
  const mayInquire = useCan("inventory.inquiry.create");
  const { t: asks } = useTranslation("inquiries");
  const [horizon, setHorizon] = useState<number>(30);
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [open, setOpen] = useState<string | null>(null);
  const [decided, setDecided] = useState<ReadonlyMap<string, Offer>>(new Map());
  const [made, setMade] = useState<Document[]>([]);
  const intent = useRef<{ of: string; key: string } | null>(null);
  const key = keyOf(slug, "inventory.purchase_need", "workbench", [horizon]);
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchNeeds(horizon, signal) });
  const rows = data?.results ?? [];
  const offerOf = (row: NeedRow): Offer | undefined =>
    decided.get(row.key) ?? row.offers.find((offer) => offer.id === row.supplier?.id && offer.currency === row.supplier.currency);
  const chosen = rows.filter((row) => picked.has(row.key) && offerOf(row));
  const order = useMutation({
    mutationFn: () => {
      const wanted = chosen.map((row) => {
        const own = decided.get(row.key);
        return own ? { key: row.key, supplier: own.id, currency: own.currency } : { key: row.key };
      });
      // one key per intent: pressing again after a lost answer orders nothing twice
      const of = JSON.stringify(wanted);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return orderNeeds(horizon, wanted, intent.current.key);
    },
    onSuccess: ({ orders, ...fresh }) => {
      intent.current = null;
      client.setQueryData(key, fresh);
      setPicked(new Set());
      setOpen(null);
      setMade(orders);
      toast(t("needs.ordered", { orders: orders.map((one) => one.label).join(t("needs.comma")) }));
    },
    onError: (failure) => { toast({ text: problemText(failure, said), tone: "bad" }); void refetch(); },
  });
  const inquired = rows.filter((row) => picked.has(row.key)).map((row) => row.key);
  const inquire = useMutation({
    mutationFn: () => {
      const of = `inquire ${inquired.join(" ")}`;
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return inquireNeeds(horizon, inquired, intent.current.key);
    },
    onSuccess: (one) => { intent.current = null; setPicked(new Set()); setMade([one]); },
    onError: (failure) => toast({ text: problemText(failure, said), tone: "bad" }),
  });
  const decide = (row: NeedRow, offer: Offer) => setDecided((old) => new Map(old).set(row.key, offer));

  const columns: GridColumn<NeedRow>[] = [
    { key: "product", title: t("needs.product"), width: 190, emphasised: true, cell: (row) => <span className="ell">{row.product.label} <span className="sub">{row.product.name}</span></span> },
    { key: "quantity", title: t("needs.quantity"), width: 92, numeric: true, cell: (row) => <>{format.quantity(row.quantity)} <span className="dim">{row.unit}</span></> },
    { key: "needed", title: t("needs.needed"), width: 78, numeric: true, cell: (row) => format.day(row.needed_on) },
    { key: "warehouse", title: t("needs.warehouse"), width: 104, cell: (row) => row.warehouse ? row.warehouse.label : <span className="dim">{t("needs.anywhere")}</span> },
    { key: "supplier", title: t("needs.supplier"), width: 168, cell: (row) => { const offer = offerOf(row); return offer ? <EntityLink entity="shared.party" id={offer.id}>{offer.label}</EntityLink> : <span className="t-warn">{t("needs.noOffer")}</span>; } },
    { key: "order", title: t("needs.order"), width: 84, numeric: true, cell: (row) => { const offer = offerOf(row); return offer ? format.quantity(offer.quantity) : ""; } },
    { key: "price", title: t("needs.price", { currency: data?.currency ?? "" }), width: 108, numeric: true, cell: (row) => { const offer = offerOf(row); return offer ? format.money(offer.price, data?.currency, 4) : ""; } },
    { key: "arrives", title: t("needs.arrives"), width: 78, numeric: true, cell: (row) => decided.has(row.key) ? <span className="dim">{t("needs.days", { count: decided.get(row.key)!.lead_days })}</span> : row.arrives_on ? <span className={row.late ? "t-bad" : undefined}>{format.day(row.arrives_on)}</span> : "" },
    { key: "why", title: t("needs.why"), width: 240, grow: true, cell: (row) => { const words = decided.has(row.key) ? t("needs.yourChoice") : row.reasons.join(t("needs.then")); return <span className="ell sub" title={words}>{words}</span>; } },
  ];
  return (
    <div className="page">
      <PageHead title={t("needs.title")} after={data && <span className="dim">{t("needs.count", { count: rows.length })}</span>} />
      <Tabs label={t("needs.horizon")} value={String(horizon)} onChange={(value) => { setHorizon(Number(value)); setPicked(new Set()); }}
        tabs={HORIZONS.map((days) => ({ key: String(days), label: t("needs.within", { count: days }) }))} />
      {made.length > 0 && (
        <p className="iv-made">{t("needs.made")} {made.map((one) => <EntityLink key={one.id} entity={one.entity} id={one.id}>{one.label}</EntityLink>)}</p>
      )}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("needs.failed")} reference={isProblem(error) ? error.requestId : undefined} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && rows.length === 0 && <EmptyState title={t("needs.none")}>{t("needs.noneWhy")}</EmptyState>}
      {data && rows.length > 0 && (
        <>
          <Grid<NeedRow> cards label={t("needs.title")} columns={columns} rows={rows} rowKey={(row) => row.key} flat
            selected={mayOrder || mayInquire ? picked : undefined} onSelect={mayOrder || mayInquire ? setPicked : undefined}
            onOpen={(row) => setOpen((old) => (old === row.key ? null : row.key))}
            after={(row) => row.key === open ? <Offers row={row} chosen={offerOf(row)} currency={data.currency} onChoose={(offer) => decide(row, offer)} /> : null} />
          <BulkBar count={inquired.length} onClear={() => setPicked(new Set())}>
            {mayInquire && <Button size="small" variant="text" icon={<MessagesSquare size={15} />} busy={inquire.isPending} onClick={() => inquire.mutate()}>{asks("inquire", { count: inquired.length })}</Button>}
            <Button size="small" variant="text" icon={<ShoppingCart size={15} />} busy={order.isPending} disabled={chosen.length === 0} onClick={() => order.mutate()}>{t("needs.makeOrders", { count: chosen.length })}</Button>
          </BulkBar>
        </>
      )}
    </div>
  );
}
