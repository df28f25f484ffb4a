/** Shipping desk: what has to leave, how far the warehouse is with it, and the next wave made of what is ticked. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Route } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { toast } from "@/ui/overlay/toast";
import { BulkBar, PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";

const STEPS = ["", "picking", "picked", "packed"] as const;
const MARKS: Record<string, StatusKind> = { "": "draft", picking: "prog", picked: "open", packed: "done" };
const ref = (value: unknown) => value as Ref | null;

export function ShippingDeskPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug, today } = useTenant();
  const deliveries = useEntity("inventory.delivery");
  const warehouses = useEntity("inventory.warehouse");
  const mayPlan = useCan("inventory.wave.create");
  const [step, setStep] = useState<string>("all");
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [site, setSite] = useState("");
  const intent = useRef<{ of: string; key: string } | null>(null);
  const query = { status__in: "draft", kind__in: "delivery", order: "shipped_on", limit: 500 };
  const { data, error, isPending, refetch } = useQuery({ queryKey: keyOf(slug, "inventory.delivery", "list", query), queryFn: ({ signal }) => fetchPage(deliveries!, query, signal), enabled: deliveries !== undefined });
  const sites = { is_active: true, limit: 500 };
  const { data: places } = useQuery({ queryKey: keyOf(slug, "inventory.warehouse", "list", sites), queryFn: ({ signal }) => fetchPage(warehouses!, sites, signal), enabled: warehouses !== undefined });
  const all = data?.results ?? [];
  const rows = step === "all" ? all : all.filter((row) => String(row.work) === step);
  const warehouse = site || String(places?.results[0]?.id ?? "");
  const chosen = all.filter((row) => picked.has(row.id) && !row.work);
  const plan = useMutation({
    mutationFn: () => {
      const body = { warehouse: Number(warehouse), chosen: chosen.map((row) => Number(row.id)) };
      const of = JSON.stringify(body);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return post<Row>("/api/v1/inventory/waves/", body, { idempotencyKey: intent.current.key });
    },
    onSuccess: (wave) => {
      intent.current = null;
      setPicked(new Set());
      void client.invalidateQueries({ queryKey: keyOf(slug, "inventory.delivery") });
      toast(t("desk.waveMade", { wave: String(wave.number), count: Number(wave.deliveries) }));
    },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const columns: GridColumn<Row>[] = [
    { key: "number", title: t("desk.delivery"), width: 130, emphasised: true, cell: (row) => <EntityLink entity="inventory.delivery" id={row.id}>{String(row.number)}</EntityLink> },
    { key: "customer", title: t("desk.customer"), width: 220, grow: true, cell: (row) => <span className="ell">{ref(row.customer)?.label}</span> },
    { key: "order", title: t("desk.order"), width: 120, cell: (row) => ref(row.order)?.label },
    { key: "day", title: t("desk.day"), width: 90, numeric: true, cell: (row) => <span className={String(row.shipped_on) < today ? "t-bad" : undefined}>{format.day(String(row.shipped_on))}</span> },
    { key: "carrier", title: t("desk.carrier"), width: 150, cell: (row) => ref(row.carrier)?.label ?? <span className="dim">–</span> },
    { key: "warehouse", title: t("desk.from"), width: 130, cell: (row) => ref(row.warehouse)?.label ?? <span className="dim">{t("needs.anywhere")}</span> },
    { key: "work", title: t("desk.work"), width: 140, cell: (row) => <Status kind={MARKS[String(row.work)] ?? "draft"}>{t(`scan.work.${String(row.work) || "none"}`)}</Status> },
  ];
  return (
    <div className="page">
      <PageHead title={t("desk.shipping")} after={data && <span className="dim">{t("scan.deliveries", { count: all.length })}</span>} />
      <Tabs label={t("desk.work")} value={step} onChange={(value) => { setStep(value); setPicked(new Set()); }}
        tabs={[{ key: "all", label: t("desk.all"), count: all.length }, ...STEPS.map((one) => ({ key: one, label: t(`scan.work.${one || "none"}`), count: all.filter((row) => String(row.work) === one).length }))]} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("desk.failed")} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && rows.length === 0 && <EmptyState title={t("desk.none")}>{t("desk.noneWhy")}</EmptyState>}
      {rows.length > 0 && <Grid<Row> label={t("desk.shipping")} columns={columns} rows={rows} rowKey={(row) => row.id} flat selected={mayPlan ? picked : undefined} onSelect={mayPlan ? setPicked : undefined} />}
      <BulkBar count={chosen.length} onClear={() => setPicked(new Set())}>
        {(places?.results.length ?? 0) > 1 && <SelectField label={t("desk.from")} value={warehouse} onChange={(event) => setSite(event.target.value)} options={(places?.results ?? []).map((row) => ({ value: String(row.id), label: String(row.name) }))} />}
        <Button size="small" variant="text" icon={<Route size={15} />} busy={plan.isPending} onClick={() => plan.mutate()}>{t("desk.plan")}</Button>
      </BulkBar>
    </div>
  );
}
