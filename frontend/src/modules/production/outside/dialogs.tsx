/** Sending to a supplier, receiving from one, taking back: what the action will do is seen while typing. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { add, parseDecimal, subtract, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText, RefSelect } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import "../components/production.css";
import "./outside.css";

interface Line { id: number; product: { id: number; label: string }; product_name: string; required: string; sent: string; consumed: string; returned: string }

function useMaterial(subcontract: unknown) {
  const { slug } = useTenant();
  const entity = useEntity("production.subcontract_material");
  const query = { subcontract__in: subcontract as number, limit: 200 };
  const { data } = useQuery({ queryKey: keyOf(slug, "production.subcontract_material", "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  return data && (data.results as unknown as Line[]);
}

const there = (line: Line) => subtract(subtract(line.sent, line.consumed), line.returned);
const missing = (line: Line) => { const left = subtract(line.required, subtract(line.sent, line.returned)); return Number(left) > 0 ? left : "0"; };

/** Quantities of each material, as typed; `first` says what stands there before anybody types. */
function useItems(lines: Line[] | undefined, first: (line: Line) => string) {
  const [typed, setTyped] = useState<Record<number, string>>({});
  const rows = (lines ?? []).map((line) => ({ line, text: typed[line.product.id] ?? trimZeros(first(line)) }));
  const items = Object.fromEntries(rows.flatMap(({ line, text }) => (Number(parseDecimal(text) ?? 0) > 0 ? [[String(line.product.id), parseDecimal(text)]] : [])));
  return { rows, items, type: (product: number, text: string) => setTyped((before) => ({ ...before, [product]: text })) };
}

function Items({ rows, type, note }: { rows: { line: Line; text: string }[]; type: (product: number, text: string) => void; note: (line: Line) => string }) {
  return (
    <div>
      {rows.map(({ line, text }) => (
        <div key={line.id} className="pr-material">
          <span><b className="medium">{line.product.label}</b> <span className="sub">{line.product_name}</span><br /><span className="dim xs">{note(line)}</span></span>
          <TextField label="" aria-label={line.product.label} className="pr-number" inputMode="decimal" autoComplete="off" value={text} onChange={(event) => type(line.product.id, event.target.value)} />
        </div>
      ))}
    </div>
  );
}

interface ShellProps extends ActionDialogProps { id: string; disabled?: boolean; own: string[]; onSubmit: () => void; children: ReactNode }

function Shell({ record, action, busy, error, onClose, id, disabled, own, onSubmit, children }: ShellProps) {
  const { t: said } = useTranslation("records");
  const problem = isProblem(error) ? error : undefined;
  const loose = error && !problem?.errors.some((one) => own.includes(one.field)) ? problemText(error, said) : "";
  const submit = (event: FormEvent) => { event.preventDefault(); if (!disabled) onSubmit(); };
  return (
    <Dialog open sticky width={560} title={<>{action.label} <span className="dim">{String(record.number)} · {(record.supplier as Ref | null)?.label}</span></>} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form={id} busy={busy} disabled={disabled}>{action.label}</Button></>}>
      <form id={id} className="ou-form" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        {children}
      </form>
    </Dialog>
  );
}

export function SendOutside(props: ActionDialogProps) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const { today } = useTenant();
  const { record, onRun, error } = props;
  const lines = useMaterial(record.id);
  const { rows, items, type } = useItems(lines, missing);
  const [pieces, setPieces] = useState("");
  const [day, setDay] = useState(today);
  const problem = isProblem(error) ? error : undefined;
  const byPiece = lines?.length === 0;
  const run = () => onRun({ sent_on: day, ...(byPiece ? (parseDecimal(pieces) ? { pieces: parseDecimal(pieces) } : {}) : { items }) });
  return (
    <Shell {...props} id="send-outside" own={["pieces", "sent_on"]} disabled={!lines || (!byPiece && Object.keys(items).length === 0)} onSubmit={run}>
      {byPiece && <TextField large className="pr-number" label={t("piecesThere")} note={t("allHere")} inputMode="decimal" autoComplete="off" value={pieces} onChange={(event) => setPieces(event.target.value)} error={problem?.errorOf("pieces")} />}
      {!byPiece && <Items rows={rows} type={type} note={(line) => t("sentOf", { sent: format.quantity(subtract(line.sent, line.returned)), required: format.quantity(line.required) })} />}
      <DayField label={t("day")} max={today} value={day} onChange={setDay} error={problem?.errorOf("sent_on")} />
    </Shell>
  );
}

export function TakeBack(props: ActionDialogProps) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const { record, onRun, error } = props;
  const lines = useMaterial(record.id);
  const { rows, items, type } = useItems(lines?.filter((line) => Number(there(line)) > 0), there);
  const [pieces, setPieces] = useState("");
  const problem = isProblem(error) ? error : undefined;
  const byPiece = lines?.length === 0;
  return (
    <Shell {...props} id="take-back" own={["pieces"]} disabled={!lines || (!byPiece && Object.keys(items).length === 0)} onSubmit={() => onRun(byPiece ? (parseDecimal(pieces) ? { pieces: parseDecimal(pieces) } : {}) : { items })}>
      {byPiece && <TextField large className="pr-number" label={t("piecesThere")} note={t("allThere")} inputMode="decimal" autoComplete="off" value={pieces} onChange={(event) => setPieces(event.target.value)} error={problem?.errorOf("pieces")} />}
      {!byPiece && rows.length === 0 && lines && <p className="sub">{t("nothingLies")}</p>}
      {!byPiece && <Items rows={rows} type={type} note={(line) => t("lies", { quantity: format.quantity(there(line)) })} />}
    </Shell>
  );
}

export function ReceiveOutside(props: ActionDialogProps) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const { today } = useTenant();
  const { record, onRun, error } = props;
  const lines = useMaterial(record.id);
  const extra = useItems(lines, () => "0");
  const whole = String(record.quantity);
  const came = add(add(String(record.good), String(record.rejected)), String(record.spoiled));
  const open = lines?.length ? subtract(whole, came) : subtract(String(record.sent), came);
  const [good, setGood] = useState(trimZeros(open));
  const [rejected, setRejected] = useState("");
  const [spoiled, setSpoiled] = useState("");
  const [reason, setReason] = useState<Ref | null>(null);
  const [day, setDay] = useState(today);
  const [note, setNote] = useState("");
  const [more, setMore] = useState(false);
  const problem = isProblem(error) ? error : undefined;
  const of = (text: string) => parseDecimal(text) ?? "0";
  const lost = add(of(rejected), of(spoiled));
  const pieces = add(of(good), lost);
  const tooMany = Number(subtract(open, pieces)) < 0;
  const run = () => onRun({ good: of(good), rejected: of(rejected), spoiled: of(spoiled), received_on: day, ...(reason && { reason: reason.id }), ...(Object.keys(extra.items).length > 0 && { extra: extra.items }), ...(note.trim() && { note: note.trim() }) });
  const number = (label: string, value: string, set: (text: string) => void, name: string, why?: string) => (
    <TextField large className="pr-number" label={label} note={why} inputMode="decimal" autoComplete="off" value={value} onChange={(event) => set(event.target.value)} error={problem?.errorOf(name)} />
  );
  return (
    <Shell {...props} id="receive-outside" own={["good", "rejected", "spoiled", "reason", "received_on", "note"]} disabled={Number(pieces) <= 0 || tooMany || (Number(lost) > 0 && !reason)} onSubmit={run}>
      <div className="ou-three">
        {number(t("good"), good, setGood, "good", t("open", { open: format.quantity(open), quantity: format.quantity(whole) }))}
        {number(t("rejected"), rejected, setRejected, "rejected", t("rejectedWhy"))}
        {number(t("spoiled"), spoiled, setSpoiled, "spoiled", t("spoiledWhy"))}
      </div>
      {tooMany && <p className="t-bad" role="alert">{t("tooMany", { open: format.quantity(open) })}</p>}
      {Number(lost) > 0 && (
        <Field label={t("reason")} error={problem?.errorOf("reason")}>
          {(ids) => <RefSelect id={ids.id} aria-describedby={ids["aria-describedby"]} entity="production.loss_reason" filter={{ kind: "scrap" }} value={reason} onChange={setReason} status={problem?.errorOf("reason") ? "error" : undefined} />}
        </Field>
      )}
      <div className="pr-two">
        <TextField label={t("note")} autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} error={problem?.errorOf("note")} />
        <DayField label={t("day")} max={today} value={day} onChange={setDay} error={problem?.errorOf("received_on")} />
      </div>
      {lines && lines.length > 0 && (
        <section className="pr-then">
          <h3>{t("byBill")}</h3>
          <ul>{lines.map((line) => <li key={line.id}><span>{line.product.label}</span><span className="grow" /><span className="num">{t("takesOf", { there: format.quantity(there(line)) })}</span></li>)}</ul>
          {more ? <Items rows={extra.rows} type={extra.type} note={() => t("besides")} /> : <Button onClick={() => setMore(true)}>{t("usedMore")}</Button>}
        </section>
      )}
    </Shell>
  );
}
