/** Orders whose goods are on no delivery yet: ready, short or waiting; what is ticked becomes deliveries. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PackagePlus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { createRecord } from "@/platform/records/api";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { BulkBar } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { EmptyState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";
import type { Owed, Readiness } from "../api/desks";
import { DeskLines, LinesInShort } from "./desk-lines";

const MARKS: Record<Readiness, StatusKind> = { ready: "done", short: "warn", waiting: "draft" };

export function OwedOrders({ rows, onMade }: { rows: readonly Owed[]; onMade: () => void }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug, today } = useTenant();
  const deliveries = useEntity("inventory.delivery");
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [open, setOpen] = useState<number | null>(null);
  const keys = useRef(new Map<string, string>());
  const chosen = rows.filter((row) => picked.has(row.order.id) && row.state !== "waiting");
  const make = useMutation({
    // one after the other, so that free stock goes to whoever is due first; each has its own key, so that pressing
    // again after a lost answer makes none of them twice
    mutationFn: async () => {
      const failed: { row: Owed; error: unknown }[] = [];
      for (const row of chosen) {
        const of = `${row.order.id}/${row.order.version}`;
        const key = keys.current.get(of) ?? newIdempotencyKey();
        keys.current.set(of, key);
        try {
          await createRecord(deliveries!, { order: row.order.id }, key);
          keys.current.delete(of);
        } catch (error) {
          failed.push({ row, error });
        }
      }
      return { made: chosen.length - failed.length, failed };
    },
    onSuccess: ({ made, failed }) => {
      setPicked(new Set(failed.map(({ row }) => row.order.id)));
      void client.invalidateQueries({ queryKey: keyOf(slug, "inventory.delivery") });
      if (made > 0) toast(t("desk.deliveriesMade", { count: made }));
      for (const { row, error } of failed.slice(0, 1)) toast({ tone: "bad", text: `${row.order.label}: ${problemText(error, said)}` });
      if (failed.length === 0) onMade();
    },
  });
  const columns: GridColumn<Owed>[] = [
    { key: "customer", title: t("desk.customer"), width: 230, emphasised: true, cell: (row) => <span className="ell">{row.customer.label}</span> },
    { key: "order", title: t("desk.order"), width: 130, cell: (row) => <EntityLink entity="shared.sales_order" id={row.order.id}>{row.order.label}</EntityLink> },
    { key: "day", title: t("desk.promised"), width: 148, numeric: true, cell: (row) => <>{row.day < today && <span className="t-bad">{format.late(row.day)} </span>}{format.near(row.day)}</> },
    { key: "state", title: t("desk.state"), width: 130, cell: (row) => <Status kind={MARKS[row.state]}>{t(`desk.is.${row.state}`)}</Status> },
    { key: "lines", title: t("desk.lines"), width: 70, numeric: true, cell: (row) => row.lines.length },
    { key: "goods", title: t("desk.goods"), width: 260, grow: true, cell: (row) => <LinesInShort lines={row.lines} /> },
  ];
  const may = deliveries?.can.create;
  if (rows.length === 0) return <EmptyState title={t("desk.nothingOwed")}>{t("desk.nothingOwedWhy")}</EmptyState>;
  return (
    <>
      <Grid<Owed> cards flat label={t("desk.owed")} columns={columns} rows={rows} rowKey={(row) => row.order.id} selected={may ? picked : undefined} onSelect={may ? setPicked : undefined}
        onOpen={(row) => setOpen((old) => (old === row.order.id ? null : row.order.id))} after={(row) => row.order.id === open ? <DeskLines lines={row.lines} /> : null} />
      <BulkBar count={picked.size} onClear={() => setPicked(new Set())}>
        <Button size="small" variant="text" icon={<PackagePlus size={15} />} disabled={chosen.length === 0} busy={make.isPending} onClick={() => make.mutate()}>{t("desk.deliver", { count: chosen.length })}</Button>
      </BulkBar>
    </>
  );
}
