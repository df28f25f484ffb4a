/** Tab of a blanket order: what was agreed, called off and is left; a call-off makes a draft purchase order. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { get, newIdempotencyKey, request } from "@/platform/api/request";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import type { Document } from "../api/purchase-needs";
import { BlanketSchedule } from "./blanket-schedule";
import "./inventory.css";

export interface Drawn {
  call_ahead_days: number | null; valid_from: string; valid_until: string;
  deliveries: { id: number; line: number; product: string; due_on: string; quantity: string; unit: string }[];
  status: string; currency: string; amount: string | null; drawn: string; left: string | null;
  lines: { id: number; product: Document; name: string; unit: string; base_unit: string; unit_price: string; price_unit: string; quantity: string | null; base_quantity: string | null; drawn: string; left: string | null }[];
  calls: { line: number; product: string; quantity: string; unit: string; due_on: string | null; received: string; order: Document & { status: string } }[];
}

export function BlanketTab({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug } = useTenant();
  const may = useCan("shared.purchase_order.create");
  const path = `/api/v1/inventory/blanket-orders/${record.id}/`;
  const key = keyOf(slug, "inventory.blanket_order", "drawn", [record.id, record.version]);
  const { data, error } = useQuery({ queryKey: key, queryFn: ({ signal }) => get<Drawn>(`${path}drawn/`, {}, signal) });
  const [wanted, setWanted] = useState<Record<number, string>>({});
  const [due, setDue] = useState("");
  const intent = useRef<{ of: string; key: string } | null>(null);
  const lines = Object.entries(wanted).filter(([, quantity]) => quantity.trim()).map(([line, quantity]) => ({ line: Number(line), quantity, due_on: due || null }));
  const call = useMutation({
    mutationFn: () => {
      const of = JSON.stringify(lines);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return request<Drawn & { order: Document }>("POST", `${path}call-off/`, { body: { lines }, idempotencyKey: intent.current.key });
    },
    onSuccess: ({ order, ...fresh }) => { intent.current = null; setWanted({}); client.setQueryData(key, fresh); toast(t("blanket.made", { order: order.label })); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  if (error) return <ErrorState title={t("blanket.failed")} reference={isProblem(error) ? error.requestId : undefined}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  const open = data.status === "active" && may;
  return (
    <div className="iv-blanket">
      {data.amount !== null && <p className="iv-left"><span>{t("blanket.amount")}</span><Bar drawn={data.drawn} of={data.amount} /><b className="num">{t("blanket.left", { left: format.money(data.left, data.currency), of: format.money(data.amount, data.currency) })}</b></p>}
      <ul>
        {data.lines.map((line) => (
          <li key={line.id}>
            <span className="grow ell"><EntityLink entity={line.product.entity} id={line.product.id}>{line.product.label}</EntityLink> <span className="sub">{line.name}</span></span>
            <span className="num dim">{format.money(line.unit_price, data.currency, 4)} / {line.price_unit}</span>
            {line.base_quantity !== null ? <><Bar drawn={line.drawn} of={line.base_quantity} /><span className="num iv-of">{t("blanket.left", { left: format.quantity(line.left), of: `${format.quantity(line.base_quantity)} ${line.base_unit}` })}</span></> : <span className="num iv-of">{t("blanket.calledOff", { quantity: `${format.quantity(line.drawn)} ${line.base_unit}` })}</span>}
            {open && <TextField label={t("blanket.callOff")} inputMode="decimal" suffix={line.unit} value={wanted[line.id] ?? ""} onChange={(event) => setWanted({ ...wanted, [line.id]: event.target.value })} />}
          </li>
        ))}
      </ul>
      {open && (
        <p className="iv-call">
          <DayField label={t("blanket.due")} value={due} onChange={setDue} />
          <span className="grow" />
          <Button variant="primary" disabled={lines.length === 0} busy={call.isPending} onClick={() => call.mutate()}>{t("blanket.call")}</Button>
        </p>
      )}
      <BlanketSchedule data={data} path={path} onFresh={(fresh) => client.setQueryData(key, fresh)} />
      {data.calls.length > 0 && (
        <>
          <h3>{t("blanket.calls")}</h3>
          <ul>
            {data.calls.map((one, index) => (
              <li key={index}>
                <EntityLink entity={one.order.entity} id={one.order.id}>{one.order.label}</EntityLink>
                <span className="grow ell">{one.product}</span>
                <span className="num">{format.quantity(one.quantity)} {one.unit}</span>
                <span className="num dim">{format.day(one.due_on)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** How much of what was agreed is gone. A picture, never a figure to count with. */
function Bar({ drawn, of }: { drawn: string; of: string }) {
  const share = Math.min(100, Math.max(0, (Number(drawn) / Number(of)) * 100));
  return <span className="iv-bar" aria-hidden><i style={{ width: `${share}%` }} /></span>;
}
