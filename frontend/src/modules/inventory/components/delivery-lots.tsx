/** Tab of a delivery: which lots it takes. While it is a draft, a proposal (what expires first) that the warehouse may change, with a reason. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { updateRecord } from "@/platform/records/api";
import type { Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { fetchDeliveryLots, type DeliveryLotLine } from "../api/lots";
import "./inventory.css";

export function DeliveryLots({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const { slug } = useTenant();
  const delivery = useEntity("inventory.delivery");
  const [changing, setChanging] = useState<DeliveryLotLine | null>(null);
  const draft = record.status === "draft";
  const { data } = useQuery({
    queryKey: keyOf(slug, "inventory.delivery", "lots", [record.id, record.version]),
    queryFn: ({ signal }) => fetchDeliveryLots(Number(record.id), signal),
  });
  if (!data) return <GridSkeleton />;
  if (data.results.length === 0) return <EmptyState inline title={t("lots.noGoods")}>{t("lots.noGoodsWhy")}</EmptyState>;
  return (
    <ul className="iv-picks">
      {data.results.map((line) => (
        <li key={line.line}>
          <p>
            <b className="ell">{line.product.label}</b>
            <span className="num">{format.quantity(line.quantity)} <span className="dim">{line.unit}</span></span>
            {line.reason && <span className="sub ell">{line.reason}</span>}
            <span className="grow" />
            {draft && line.tracking !== "none" && delivery?.can.update && <Button size="small" onClick={() => setChanging(line)}>{t("lots.change")}</Button>}
          </p>
          {line.taken.map((part) => (
            <p key={`${part.lot}/${part.place.id}/${part.reserved}`} className="iv-link">
              <span className="ell">{part.lot ? part.lot_id ? <EntityLink entity="inventory.lot" id={part.lot_id}>{part.lot}</EntityLink> : part.lot : <span className="dim">{t("lots.none")}</span>}</span>
              <span className="sub ell">{part.place.label}</span>
              <span className="dim">{part.expires_on ? t("lots.until", { day: format.day(part.expires_on) }) : ""}</span>
              <span className="dim">{part.reserved ? t("lots.lockedFor") : ""}</span>
              <span className="num">{format.quantity(part.quantity)} <span className="dim">{line.unit}</span></span>
            </p>
          ))}
          {draft && line.taken.length === 0 && <p className="iv-link t-warn">{t("lots.nowhere")}</p>}
        </li>
      ))}
      {changing && <ChangeLots record={record} line={changing} onClose={() => setChanging(null)} />}
    </ul>
  );
}

function ChangeLots({ record, line, onClose }: { record: Row; line: DeliveryLotLine; onClose: () => void }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const delivery = useEntity("inventory.delivery");
  const [lots, setLots] = useState(line.lots || line.taken.map((part) => `${part.lot}=${Number(part.quantity)}`).join(", "));
  const [reason, setReason] = useState(line.reason);
  const change = useMutation({
    mutationFn: () => {
      const rows = (record.lines as Row[]).map((row) => ({ id: row.id, quantity: row.quantity, ...(Number(row.id) === line.line ? { lots, lot_reason: reason } : {}) }));
      return updateRecord(delivery!, record.id, Number(record.version), { lines: rows });
    },
    onSuccess: () => { void client.invalidateQueries(); onClose(); },
  });
  return (
    <Dialog open sticky onClose={onClose} title={line.product.label}
      foot={<><Button onClick={onClose}>{t("lots.cancel")}</Button><Button variant="primary" busy={change.isPending} disabled={lots.trim() !== "" && !reason.trim()} onClick={() => change.mutate()}>{t("lots.take")}</Button></>}>
      <TextField label={t("lots.which")} note={t("lots.format")} value={lots} onChange={(event) => setLots(event.target.value)} />
      <TextField label={t("lots.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} error={change.error ? problemText(change.error, said) : undefined} />
    </Dialog>
  );
}
