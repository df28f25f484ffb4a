/** Replenishment board: projected stock against the reorder point, and what to do about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { toast } from "@/ui/overlay/toast";
import { BulkBar, PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { act, fetchBoard, transfer, type Board, type Shortage } from "../api/replenishment";
import type { Document } from "../api/purchase-needs";
import { PolicyFigures } from "../components/policy-figures";
import { ReplenishmentJob } from "../components/replenishment-job";
import "../components/inventory.css";
import "../components/supply.css";

export function ReplenishmentPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const may = { ask: useCan("inventory.requisition.create"), order: useCan("inventory.purchase_need.order"), run: useCan("inventory.forecast.run"), move: useCan("inventory.stock.transfer") };
  const [tab, setTab] = useState("short");
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [open, setOpen] = useState<number | null>(null);
  const [made, setMade] = useState<Document[]>([]);
  const intent = useRef<{ of: string; key: string } | null>(null);
  const key = keyOf(slug, "inventory.replenishment_policy", "board");
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchBoard(signal) });
  const fresh = useCallback(() => void client.invalidateQueries({ queryKey: key }), [client, key]);
  const rows = data?.results ?? [];
  const short = rows.filter((row) => row.short);
  const shown = tab === "short" ? short : rows;
  const chosen = rows.filter((row) => picked.has(row.id) && Number(row.quantity) > 0);
  // one key per intent: pressing again after a lost answer orders nothing twice
  const keyFor = (of: string) => {
    if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
    return intent.current.key;
  };
  const taken = (board: Board) => { intent.current = null; client.setQueryData(key, { results: board.results }); setPicked(new Set()); };
  const failed = (failure: unknown) => { toast({ text: problemText(failure, said), tone: "bad" }); void refetch(); };
  const order = useMutation({
    mutationFn: (how: "requisition" | "order") => { const wanted = chosen.map((row) => ({ policy: row.id })); return act(how, wanted, keyFor(JSON.stringify([how, wanted]))); },
    onSuccess: (answer) => { taken(answer); setMade(answer.made); },
    onError: failed,
  });
  const move = useMutation({
    mutationFn: ({ row, from, quantity }: { row: Shortage; from: number; quantity: string }) => transfer(row.id, from, quantity, keyFor(`${row.id}/${from}/${quantity}`)),
    onSuccess: (answer) => { taken(answer); toast(t("supply.moved", { quantity: format.quantity(answer.moved) })); },
    onError: failed,
  });
  const columns: GridColumn<Shortage>[] = [
    { key: "product", title: t("needs.product"), width: 230, grow: true, emphasised: true, cell: (row) => <span className="ell">{row.product.label} <span className="sub">{row.product.name}</span></span> },
    { key: "warehouse", title: t("supply.warehouse"), width: 130, cell: (row) => <span className="ell">{row.warehouse.label}</span> },
    { key: "on_hand", title: t("supply.onHand"), width: 90, numeric: true, cell: (row) => format.quantity(row.on_hand) },
    { key: "incoming", title: t("supply.incoming"), width: 84, numeric: true, cell: (row) => Number(row.incoming) ? format.quantity(row.incoming) : <span className="dim">–</span> },
    { key: "outgoing", title: t("supply.outgoing"), width: 84, numeric: true, cell: (row) => Number(row.outgoing) ? format.quantity(row.outgoing) : <span className="dim">–</span> },
    { key: "projected", title: t("supply.projected"), width: 104, numeric: true, cell: (row) => <span className={row.short ? "t-bad strong" : undefined}>{format.quantity(row.projected)} <span className="dim">{row.unit}</span></span> },
    { key: "point", title: t("supply.point"), width: 130, numeric: true, cell: (row) => <span title={t(`supply.from_${row.point_from}`)}>{format.quantity(row.point)} <span className="dim">{t(`supply.by_${row.point_from}`)}</span></span> },
    { key: "quantity", title: t("supply.order"), width: 92, numeric: true, cell: (row) => Number(row.quantity) ? <b>{format.quantity(row.quantity)}</b> : <span className="dim">–</span> },
    { key: "state", title: t("supply.state"), width: 150, cell: (row) => row.short ? <span className="row"><Mark kind={Number(row.need) ? "late" : "prog"} />{Number(row.need) ? (row.alert_since ? t("supply.since", { day: format.day(row.alert_since.slice(0, 10)) }) : t("supply.short")) : t("supply.onTheWay")}</span> : <span className="row dim"><Mark kind="done" />{t("supply.fine")}</span> },
  ];
  const mayAct = may.ask || may.order;
  return (
    <div className="page">
      <PageHead title={t("supply.title")} after={data && <span className="dim">{t("supply.count", { count: short.length })}</span>} actions={may.run ? <ReplenishmentJob onOver={fresh} /> : undefined} />
      <Tabs label={t("supply.title")} value={tab} onChange={setTab} tabs={[{ key: "short", label: t("supply.tabShort"), count: data && short.length }, { key: "all", label: t("supply.tabAll"), count: data && rows.length }]} />
      {made.length > 0 && <p className="iv-made">{t("supply.made")} {made.map((one) => <EntityLink key={one.id} entity={one.entity} id={one.id}>{one.label}</EntityLink>)}</p>}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("supply.failed")} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && shown.length === 0 && <EmptyState title={t(rows.length ? "supply.allFine" : "supply.none")}>{t(rows.length ? "supply.allFineWhy" : "supply.noneWhy")}</EmptyState>}
      {shown.length > 0 && (
        <>
          <Grid<Shortage> cards label={t("supply.title")} columns={columns} rows={shown} rowKey={(row) => row.id} flat
            selected={mayAct ? picked : undefined} onSelect={mayAct ? setPicked : undefined}
            onOpen={(row) => setOpen((old) => (old === row.id ? null : row.id))}
            after={(row) => row.id === open ? <PolicyFigures row={row} mayMove={may.move} busy={move.isPending} onMove={(from, quantity) => move.mutate({ row, from, quantity })} /> : null} />
          <BulkBar count={chosen.length} onClear={() => setPicked(new Set())}>
            {may.ask && <Button size="small" variant="text" busy={order.isPending} onClick={() => order.mutate("requisition")}>{t("supply.ask")}</Button>}
            {may.order && <Button size="small" variant="text" busy={order.isPending} onClick={() => order.mutate("order")}>{t("supply.orderNow")}</Button>}
          </BulkBar>
        </>
      )}
    </div>
  );
}
