/** Deliveries that have not left: how far the warehouse is with each; what is ticked becomes a wave, or leaves. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Route, Truck } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { bulk, fetchPage } from "@/platform/records/api";
import { useGo } from "@/platform/records/navigation";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useEntity, useFeature, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { BulkBar } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { EmptyState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";

const MARKS: Record<string, StatusKind> = { "": "draft", picking: "prog", picked: "open", packed: "done" };
const ref = (value: unknown) => value as Ref | null;

export function DeskDeliveries({ rows }: { rows: Row[] }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const go = useGo();
  const { slug, today } = useTenant();
  const deliveries = useEntity("inventory.delivery");
  const warehouses = useEntity("inventory.warehouse");
  const handled = useFeature("inventory.wms");
  const mayWave = useCan("inventory.wave.create") && handled;
  const mayShip = useCan("inventory.delivery.post");
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [site, setSite] = useState("");
  const intent = useRef<{ of: string; key: string } | null>(null);
  const sites = { is_active: true, limit: 500 };
  const { data: places } = useQuery({ queryKey: keyOf(slug, "inventory.warehouse", "list", sites), queryFn: ({ signal }) => fetchPage(warehouses!, sites, signal), enabled: warehouses !== undefined && mayWave });
  const warehouse = site || String(places?.results[0]?.id ?? "");
  const chosen = rows.filter((row) => picked.has(row.id));
  const toPick = chosen.filter((row) => !row.work);
  const toShip = chosen.filter((row) => row.work !== "picking");
  const done = () => {
    intent.current = null;
    setPicked(new Set());
    void client.invalidateQueries({ queryKey: keyOf(slug, "inventory.delivery") });
  };
  const plan = useMutation({
    mutationFn: () => {
      const body = { warehouse: Number(warehouse), chosen: toPick.map((row) => Number(row.id)) };
      const of = JSON.stringify(body);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return post<Row>("/api/v1/inventory/waves/", body, { idempotencyKey: intent.current.key });
    },
    onSuccess: (wave) => { done(); toast(t("desk.waveMade", { wave: String(wave.number), count: Number(wave.deliveries) })); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const ship = useMutation({
    // shipping what has left already is refused by its state: sent twice it leaves once
    mutationFn: () => bulk(deliveries!, { action: "post", ids: toShip.map((row) => row.id), params: {} }),
    onSuccess: (outcomes) => {
      const failed = outcomes.filter((one) => one.status >= 400);
      done();
      if (failed.length < outcomes.length) toast(t("desk.shipped", { count: outcomes.length - failed.length }));
      const first = failed[0];
      if (first) toast({ tone: "bad", text: `${String(toShip[first.index]?.number)}: ${first.problem?.detail ?? first.problem?.title ?? ""}` });
    },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const columns: GridColumn<Row>[] = [
    { key: "customer", title: t("desk.customer"), width: 230, grow: true, emphasised: true, cell: (row) => <span className="ell">{ref(row.customer)?.label}</span> },
    { key: "number", title: t("desk.delivery"), width: 130, cell: (row) => <EntityLink entity="inventory.delivery" id={row.id}>{String(row.number)}</EntityLink> },
    { key: "order", title: t("desk.order"), width: 130, cell: (row) => ref(row.order)?.label },
    { key: "day", title: t("desk.day"), width: 148, numeric: true, cell: (row) => <>{String(row.shipped_on) < today && <span className="t-bad">{format.late(String(row.shipped_on))} </span>}{format.near(String(row.shipped_on))}</> },
    { key: "carrier", title: t("desk.carrier"), width: 150, cell: (row) => ref(row.carrier)?.label ?? <span className="dim">–</span> },
    { key: "warehouse", title: t("desk.from"), width: 130, cell: (row) => ref(row.warehouse)?.label ?? <span className="dim">{t("needs.anywhere")}</span> },
    ...(handled ? [{ key: "work", title: t("desk.work"), width: 140, cell: (row: Row) => <Status kind={MARKS[String(row.work)] ?? "draft"}>{t(`scan.work.${String(row.work) || "none"}`)}</Status> }] : []),
  ];
  const may = mayWave || mayShip;
  if (rows.length === 0) return <EmptyState title={t("desk.none")}>{t("desk.noneWhy")}</EmptyState>;
  return (
    <>
      <Grid<Row> cards flat label={t("desk.shipping")} columns={columns} rows={rows} rowKey={(row) => row.id} selected={may ? picked : undefined} onSelect={may ? setPicked : undefined}
        onOpen={(row) => go(`${deliveries!.route}/${row.id}`)} />
      <BulkBar count={chosen.length} onClear={() => setPicked(new Set())}>
        {mayWave && toPick.length > 0 && (places?.results.length ?? 0) > 1 && <SelectField label={t("desk.from")} value={warehouse} onChange={(event) => setSite(event.target.value)} options={(places?.results ?? []).map((row) => ({ value: String(row.id), label: String(row.name) }))} />}
        {mayWave && <Button size="small" variant="text" icon={<Route size={15} />} disabled={toPick.length === 0} busy={plan.isPending} onClick={() => plan.mutate()}>{t("desk.plan")}</Button>}
        {mayShip && <Button size="small" variant="text" icon={<Truck size={15} />} disabled={toShip.length === 0} busy={ship.isPending} onClick={() => ship.mutate()}>{t("desk.ship", { count: toShip.length })}</Button>}
      </BulkBar>
    </>
  );
}
