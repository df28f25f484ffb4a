/** Delivery schedule of a blanket order: deliveries by day, changed as a whole, called off up to a day. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey, request } from "@/platform/api/request";
import { trimZeros } from "@/platform/fields/decimal/exact";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import type { Document } from "../api/purchase-needs";
import { everyFrom, type Every } from "./every";
import type { Drawn } from "./blanket-tab";
import "./inventory.css";

interface Planned { line: number; due_on: string; quantity: string }

interface Props {
  data: Drawn;
  path: string;
  onFresh: (fresh: Drawn) => void;
}

export function BlanketSchedule({ data, path, onFresh }: Props) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const mayPlan = useCan("inventory.blanket_order.update") && (data.status === "draft" || data.status === "active");
  const mayCall = useCan("shared.purchase_order.create") && data.status === "active";
  const start: Planned[] = data.deliveries.map(({ line, due_on, quantity }) => ({ line, due_on, quantity: trimZeros(quantity) }));
  const [edited, setEdited] = useState<Planned[] | null>(null);
  const [until, setUntil] = useState("");
  const intent = useRef<{ of: string; key: string } | null>(null);
  const rows = edited ?? start;
  const lineOf = (id: number) => data.lines.find((line) => line.id === id);
  const failed = (failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) });
  const save = useMutation({
    mutationFn: () => request<Drawn>("PUT", `${path}deliveries/`, { body: { deliveries: rows } }),
    onSuccess: (fresh) => { setEdited(null); onFresh(fresh); toast(t("schedule.saved")); },
    onError: failed,
  });
  const call = useMutation({
    mutationFn: () => {
      if (intent.current?.of !== until) intent.current = { of: until, key: newIdempotencyKey() };
      return request<Drawn & { order: Document }>("POST", `${path}deliveries/call/`, { body: { until }, idempotencyKey: intent.current.key });
    },
    onSuccess: ({ order, ...fresh }) => { intent.current = null; onFresh(fresh); void client.invalidateQueries(); toast(t("blanket.made", { order: order.label })); },
    onError: failed,
  });
  if (rows.length === 0 && !mayPlan) return null;
  return (
    <section className="iv-schedule" aria-label={t("schedule.title")}>
      <h3>{t("schedule.title")}{data.call_ahead_days !== null && <span className="sub"> {t("schedule.ahead", { days: data.call_ahead_days })}</span>}</h3>
      {rows.length === 0 && <p className="sub iv-none">{t("schedule.none")}</p>}
      <ul>
        {rows.map((row, index) => (
          <li key={`${row.line}-${row.due_on}-${index}`}>
            <span className="num iv-on">{format.day(row.due_on)}</span>
            <span className="grow ell">{lineOf(row.line)?.product.label} <span className="sub">{lineOf(row.line)?.name}</span></span>
            {mayPlan ? (
              <>
                <input className="input iv-qty" aria-label={t("schedule.quantity", { day: format.day(row.due_on) })} inputMode="decimal" value={row.quantity}
                  onChange={(event) => setEdited(rows.map((old, at) => (at === index ? { ...old, quantity: event.target.value } : old)))} />
                <span className="sub">{lineOf(row.line)?.unit}</span>
                <Button variant="text" icon={<Trash2 size={14} />} aria-label={t("schedule.drop", { day: format.day(row.due_on) })} onClick={() => setEdited(rows.filter((_old, at) => at !== index))} />
              </>
            ) : <span className="num">{format.quantity(row.quantity)} {lineOf(row.line)?.unit}</span>}
          </li>
        ))}
      </ul>
      {mayPlan && <AddDeliveries data={data} onAdd={(more) => setEdited(merged(rows, more))} />}
      <p className="iv-call">
        {edited && <><Button variant="text" onClick={() => setEdited(null)}>{said("cancel")}</Button><Button variant="primary" busy={save.isPending} onClick={() => save.mutate()}>{t("schedule.save")}</Button></>}
        <span className="grow" />
        {!edited && mayCall && rows.length > 0 && (
          <>
            <DayField label={t("schedule.until")} value={until} onChange={setUntil} />
            <Button disabled={!until || !rows.some((row) => row.due_on <= until)} busy={call.isPending} onClick={() => call.mutate()}>{t("schedule.call")}</Button>
          </>
        )}
      </p>
    </section>
  );
}

/** A day stands once: what is added to it takes the place of what was there. */
const merged = (rows: Planned[], more: Planned[]): Planned[] =>
  [...rows.filter((row) => !more.some((one) => one.line === row.line && one.due_on === row.due_on)), ...more].sort((a, b) => a.due_on.localeCompare(b.due_on) || a.line - b.line);

function AddDeliveries({ data, onAdd }: { data: Drawn; onAdd: (rows: Planned[]) => void }) {
  const { t } = useTranslation("inventory");
  const [line, setLine] = useState(String(data.lines[0]?.id ?? ""));
  const [first, setFirst] = useState("");
  const [quantity, setQuantity] = useState("");
  const [every, setEvery] = useState<Every>("month");
  const [times, setTimes] = useState("1");
  const days = first && /^\d+$/.test(times) ? everyFrom(first, every, Math.min(Number(times), 104)).filter((day) => day <= data.valid_until) : [];
  return (
    <div className="iv-add">
      {data.lines.length > 1 && <SelectField label={t("schedule.line")} value={line} onChange={(event) => setLine(event.target.value)} options={data.lines.map((one) => ({ value: String(one.id), label: one.product.label }))} />}
      <DayField label={t("schedule.first")} value={first} onChange={setFirst} min={data.valid_from} max={data.valid_until} />
      <TextField label={t("schedule.each")} inputMode="decimal" value={quantity} suffix={data.lines.find((one) => String(one.id) === line)?.unit} onChange={(event) => setQuantity(event.target.value)} />
      <SelectField label={t("schedule.every")} value={every} onChange={(event) => setEvery(event.target.value as Every)} options={(["week", "fortnight", "month"] as const).map((value) => ({ value, label: t(`schedule.${value}`) }))} />
      <TextField label={t("schedule.times")} inputMode="numeric" value={times} onChange={(event) => setTimes(event.target.value)} />
      <Button icon={<Plus size={14} />} disabled={days.length === 0 || !quantity.trim()} onClick={() => onAdd(days.map((due_on) => ({ line: Number(line), due_on, quantity: quantity.trim() })))}>{t("schedule.add", { count: days.length })}</Button>
    </div>
  );
}
