/** Cancelling or closing a confirmed order: what that does and costs stands there before one does it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { problemText } from "@/platform/records";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { fetchEnd } from "../api/change";
import { Effect } from "./change-effects";
import { ChargeNote } from "./charge-note";
import "./sales.css";

export function EndOrder({ entity, record, action, busy, error, onClose, onRun }: ActionDialogProps) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const mayWaive = useCan("shared.cancellation_charge.waive");
  const [reason, setReason] = useState("");
  const [waive, setWaive] = useState("");
  const [charged, setCharged] = useState(false);
  const cancels = action.key === "cancel";
  const { data, isPending, error: unread } = useQuery({
    queryKey: keyOf(slug, entity.key, action.key, [record.id, record.version]),
    queryFn: ({ signal }) => fetchEnd(entity, record.id, action.key, signal),
    retry: false,
    gcTime: 0,
  });
  const run = () => onRun({ reason, ...(cancels ? { waive_reason: waive } : { charge_customer: charged }) });
  return (
    <Drawer open onClose={onClose} width={460} title={<>{action.label} <span className="dim">{String(record.number)}</span></>}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button variant={action.danger ? "danger" : "primary"} busy={busy} disabled={isPending} onClick={run}>{action.label}</Button></>}>
      <form className="so-end" onSubmit={(event) => { event.preventDefault(); run(); }}>
        {error ? <p className="notice bad" role="alert">{problemText(error, said)}</p> : null}
        {unread ? <p className="notice bad" role="alert">{problemText(unread, said)}</p> : null}
        <TextField label={t("end.reason")} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} autoFocus />
        {isPending && <Delayed><Bone width="100%" /></Delayed>}
        {data && data.lines.length > 0 && <section aria-label={t("end.effects")}><h3>{t("end.effects")}</h3>{data.lines.map((effect) => <Effect key={effect.line} effect={effect} />)}</section>}
        {data?.charge && (cancels || charged) && waive === "" && <ChargeNote charge={data.charge} />}
        {data?.charge && !cancels && <CheckLine checked={charged} onChange={(event) => setCharged(event.target.checked)}>{t("end.charge")}</CheckLine>}
        {data?.charge && cancels && mayWaive && <TextField label={t("end.waive")} note={t("end.waiveNote")} value={waive} onChange={(event) => setWaive(event.target.value)} maxLength={500} />}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
