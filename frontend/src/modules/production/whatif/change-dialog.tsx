/** Says what would be otherwise: what kind of thing, and what about it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { localMoment, momentOf } from "@/platform/fields/datetime";
import { parseDecimal, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText, RefSelect } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { RecordId, Ref } from "@/platform/records/types";
import { useEntity, useMe, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Field, SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { KINDS, putChange, type Change, type Kind, type OrderLine } from "./api";

const NUMBERS = ["quantity", "price", "lead_days", "safety_stock", "order_min", "order_multiple"] as const;
type NumberName = (typeof NUMBERS)[number];
const ASKED: Record<Kind, readonly NumberName[]> = {
  line: ["quantity"], order: ["quantity", "price"], overtime: ["price"], stop: [], supplier: ["price", "lead_days"],
  planning: ["safety_stock", "order_min", "order_multiple", "lead_days"],
};

interface Props { scenario: RecordId; change: Change | null; line?: OrderLine; onClose: () => void; onDone: () => void }

const refOf = (named: { id: number; label: string } | null | undefined): Ref | null => (named ? { id: named.id, label: named.label } : null);

export function ChangeDialog({ scenario, change, line: given, onClose, onDone }: Props) {
  const { t } = useTranslation("whatif");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { time_zone: zone } = useMe();
  const [kind, setKind] = useState<Kind>(change?.kind ?? (given ? "line" : "overtime"));
  const [line, setLine] = useState<OrderLine | null>(change?.order_line ?? given ?? null);
  const [party, setParty] = useState<Ref | null>(refOf(change?.party));
  const [product, setProduct] = useState<Ref | null>(change?.product ? { id: change.product.id, label: change.product.name, code: change.product.label } : null);
  const [centre, setCentre] = useState<Ref | null>(refOf(change?.work_centre));
  const [day, setDay] = useState(change?.on ?? "");
  const [numbers, setNumbers] = useState<Partial<Record<NumberName, string>>>(() =>
    Object.fromEntries(NUMBERS.flatMap((name) => (change?.[name] == null ? [] : [[name, trimZeros(String(change[name]))]]))));
  const [since, setSince] = useState(() => split(change?.starts_at, zone, format.today, "17:00"));
  const [until, setUntil] = useState(() => split(change?.ends_at, zone, format.today, "21:00"));
  const save = useMutation({
    mutationFn: () => putChange(scenario, change?.id ?? null, {
      kind, order_line: line?.id ?? null, party: party?.id ?? null, product: product?.id ?? null, work_centre: centre?.id ?? null,
      on: day || null, starts_at: momentOf(since.day, since.time, zone), ends_at: momentOf(until.day, until.time, zone),
      ...Object.fromEntries(NUMBERS.map((name) => [name, numbers[name] ? parseDecimal(numbers[name]) ?? numbers[name] : null])),
    }),
    onSuccess: onDone,
  });
  const problem = isProblem(save.error) ? save.error : undefined;
  const wrong = (name: string) => problem?.errorOf(name);
  const shown = [...ASKED[kind], "order_line", "party", "product", "work_centre", "on", "starts_at", "ends_at"] as string[];
  const loose = save.error && !problem?.errors.some((one) => shown.includes(one.field)) ? problemText(save.error, said) : "";
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  const timed = kind === "overtime" || kind === "stop";
  const number = (name: NumberName): ReactNode => (
    <TextField key={name} label={t(name === "price" ? (kind === "overtime" ? "field.hourly" : "field.price") : `field.${name}`)} inputMode="decimal" autoComplete="off" className="num"
      suffix={name === "price" ? format.currency : undefined} value={numbers[name] ?? ""} error={wrong(name)}
      note={name === "quantity" && kind === "line" ? t("zeroCallsOff", { was: line ? format.quantity(line.quantity) : "–" }) : undefined}
      onChange={(event) => setNumbers({ ...numbers, [name]: event.target.value })} />
  );
  return (
    <Dialog open sticky width={560} title={t(change ? "editChange" : "addChange")} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="what-if-change" busy={save.isPending}>{t("keep")}</Button></>}>
      <form id="what-if-change" className="wi-form" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <SelectField label={t("field.kind")} value={kind} onChange={(event) => setKind(event.target.value as Kind)} options={KINDS.map((name) => ({ value: name, label: t(`kind.${name}`) }))} />
        {kind === "line" && <LinePicker line={line} onLine={setLine} error={wrong("order_line")} />}
        {(kind === "order" || kind === "supplier") && (
          <Field label={t(kind === "order" ? "field.customer" : "field.supplier")} error={wrong("party")}>
            {(ids) => <RefSelect {...ids} entity="shared.party" filter={kind === "order" ? { is_customer: true } : { is_supplier: true }} value={party} onChange={setParty} />}
          </Field>
        )}
        {(kind === "order" || kind === "supplier" || kind === "planning") && (
          <Field label={t("field.product")} error={wrong("product")}>
            {(ids) => <RefSelect {...ids} entity="shared.product" filter={{ kind: "goods", is_active: true }} value={product} onChange={setProduct} />}
          </Field>
        )}
        {timed && (
          <Field label={t("field.work_centre")} error={wrong("work_centre")}>
            {(ids) => <RefSelect {...ids} entity="production.work_centre" value={centre} onChange={setCentre} />}
          </Field>
        )}
        <div className="wi-two">
          {(kind === "line" || kind === "order") && <DayField label={t(kind === "line" ? "field.otherDay" : "field.on")} value={day} onChange={setDay} clearable={kind === "line"} error={wrong("on")} />}
          {timed && <>
            <DayField label={t("field.since")} value={since.day} onChange={(next) => setSince({ ...since, day: next })} error={wrong("starts_at")} />
            <TextField label={t("field.sinceTime")} type="time" value={since.time} onChange={(event) => setSince({ ...since, time: event.target.value })} />
            <DayField label={t("field.until")} value={until.day} onChange={(next) => setUntil({ ...until, day: next })} error={wrong("ends_at")} />
            <TextField label={t("field.untilTime")} type="time" value={until.time} onChange={(event) => setUntil({ ...until, time: event.target.value })} />
          </>}
          {ASKED[kind].map(number)}
        </div>
        <p className="sub xs">{t(`hint.${kind}`)}</p>
      </form>
    </Dialog>
  );
}

function split(moment: string | null | undefined, zone: string, today: string, time: string): { day: string; time: string } {
  if (!moment) return { day: today, time };
  const wall = localMoment(moment, zone);
  return { day: wall.slice(0, 10), time: wall.slice(11, 16) };
}

interface Line { id: number; position: number; quantity: string; requested_on: string | null; promised_on: string | null; product: Ref }

/** An open order, then one of its lines. */
function LinePicker({ line, onLine, error }: { line: OrderLine | null; onLine: (line: OrderLine | null) => void; error?: string }) {
  const { t } = useTranslation("whatif");
  const format = useFormat();
  const { slug } = useTenant();
  const lines = useEntity("shared.sales_order_line");
  const [order, setOrder] = useState<Ref | null>(line ? { id: line.order, label: line.label.split(" / ")[0] ?? "" } : null);
  const query = { order__in: order?.id, limit: 200 };
  const { data } = useQuery({ queryKey: keyOf(slug, "shared.sales_order_line", "list", query), queryFn: ({ signal }) => fetchPage(lines!, query, signal), enabled: lines !== undefined && order !== null });
  const rows = (data?.results ?? []) as unknown as Line[];
  const pick = (id: number) => {
    const row = rows.find((one) => one.id === id);
    onLine(row && order ? { id: row.id, label: `${order.label} / ${row.position}`, order: Number(order.id), quantity: row.quantity, on: row.requested_on ?? row.promised_on } : null);
  };
  return (
    <>
      <Field label={t("field.order")} error={order ? undefined : error}>
        {(ids) => <RefSelect {...ids} entity="shared.sales_order" filter={{ status__in: "confirmed,part_delivered" }} value={order} onChange={(next) => { setOrder(next); onLine(null); }} />}
      </Field>
      {order && (
        <SelectField label={t("field.order_line")} error={error} value={line ? String(line.id) : ""} onChange={(event) => pick(Number(event.target.value))}
          options={[{ value: "", label: t("pickLine") }, ...rows.map((row) => ({ value: String(row.id), label: `${row.position} · ${row.product.label} × ${format.quantity(row.quantity)}` }))]} />
      )}
    </>
  );
}
