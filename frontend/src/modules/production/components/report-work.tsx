/** Reporting work on a production order: what was made, in which time, and what that takes from stock. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { add, parseDecimal, subtract, trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText, RefSelect } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { Button } from "@/ui/button";
import { Field, SelectField, TextField } from "@/ui/controls";
import { Joint } from "@/ui/joint";
import { Dialog } from "@/ui/overlay/dialog";
import { Mark } from "@/ui/status";
import { outlookOf, type Material } from "./report-of";
import "./production.css";

const OWN = ["operation", "good", "scrap", "minutes", "work_centre", "reported_on", "note"];

/** Where work on this order was reported last, else the only work centre there is. */
function useLikelyCentre(record: Row): Ref | null {
  const { slug } = useTenant();
  const reports = useEntity("production.report");
  const centres = useEntity("production.work_centre");
  const last = { order__in: record.id, limit: 1 };
  const { data: before } = useQuery({ queryKey: keyOf(slug, "production.report", "list", last), queryFn: ({ signal }) => fetchPage(reports!, last, signal), enabled: reports !== undefined });
  const { data: all } = useQuery({ queryKey: keyOf(slug, "production.work_centre", "list", "two"), queryFn: ({ signal }) => fetchPage(centres!, { limit: 2 }, signal), enabled: centres !== undefined });
  const used = before?.results[0]?.work_centre as Ref | null | undefined;
  const [only, another] = all?.results ?? [];
  return used ?? (only && !another ? { id: only.id, label: String(only.name ?? only.code), code: String(only.code ?? "") } : null);
}

/** The operations of the order, and the one that work is reported on: the first that is not done. */
function useOperation(record: Row) {
  const { slug } = useTenant();
  const entity = useEntity("production.order_operation");
  const query = { order__in: record.id, limit: 200, order: "position,id" };
  const { data } = useQuery({ queryKey: keyOf(slug, "production.order_operation", "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  const [chosen, setOperation] = useState<number>();
  const operations = data?.results ?? [];
  const operation = operations.find((one) => one.id === chosen) ?? operations.find((one) => one.status !== "done");
  return { operations, operation, setOperation };
}

export function ReportWork({ record, action, busy, error, onClose, onRun }: ActionDialogProps) {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug, today } = useTenant();
  const components = useEntity("production.order_component");
  const query = { order__in: record.id, limit: 200 };
  const { data } = useQuery({ queryKey: keyOf(slug, "production.order_component", "list", query), queryFn: ({ signal }) => fetchPage(components!, query, signal), enabled: components !== undefined });
  const { operations, operation, setOperation } = useOperation(record);
  const order = operation
    ? { quantity: String(operation.quantity), completed: String(operation.good), scrapped: add(String(operation.scrap), String(operation.rework)) }
    : { quantity: String(record.started ?? record.quantity), completed: String(record.completed ?? "0"), scrapped: String(record.scrapped ?? "0") };
  const open = trimZeros(subtract(subtract(order.quantity, order.completed), order.scrapped));
  const likely = useLikelyCentre(record);
  const [typedGood, setGood] = useState<string>();
  const good = typedGood ?? open;
  const [scrap, setScrap] = useState("");
  const [minutes, setMinutes] = useState("");
  const [chosen, setCentre] = useState<Ref | null>();
  const [day, setDay] = useState(today);
  const [note, setNote] = useState("");
  const centre = chosen !== undefined ? chosen : ((operation?.work_centre as Ref | null | undefined) ?? likely);
  const begins = operation === undefined || operation === operations[0];
  const ends = operation === undefined || operation === operations.at(-1);
  const outlook = outlookOf(order, begins ? ((data?.results ?? []) as unknown as Material[]) : [], good, scrap, minutes);
  const problem = isProblem(error) ? error : undefined;
  const loose = error && !problem?.errors.some((one) => OWN.includes(one.field)) ? problemText(error, said) : "";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (outlook.empty || outlook.tooMany) return;
    const plain = (typed: string) => parseDecimal(typed) ?? typed.trim();
    const texts = { good: plain(good), scrap: plain(scrap), minutes: plain(minutes), reported_on: day, note: note.trim() };
    onRun({ ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== "")), ...(centre && { work_centre: centre.id }), ...(operation && { operation: operation.id }) });
  };
  const what = Number(good) > 0 ? t("report.good", { count: Number(good), quantity: format.quantity(good) }) : action.label;
  return (
    <Dialog open sticky width={560} title={<>{t("report.title", { order: String(record.number) })} <span className="dim">{(record.product as Ref | null)?.label}</span></>} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="report-work" busy={busy} disabled={outlook.empty || outlook.tooMany}>{what}</Button></>}>
      <form id="report-work" className="pr-report" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        {operation && (
          <SelectField label={t("report.operation")} error={problem?.errorOf("operation")} value={String(operation.id)} onChange={(event) => { setOperation(Number(event.target.value)); setGood(undefined); }}
            options={operations.map((one) => ({ value: String(one.id), label: `${String(one.position)} · ${String(one.name)}` }))} />
        )}
        <div className="pr-big">
          <TextField large className="pr-number" label={t("report.goodLabel")} inputMode="decimal" autoComplete="off" value={good} onChange={(event) => setGood(event.target.value)}
            error={outlook.tooMany ? t("report.tooMany", { open: format.quantity(open) }) : problem?.errorOf("good")} note={t("report.left", { open: format.quantity(open), quantity: format.quantity(order.quantity) })} />
          <TextField large className="pr-number" label={t("report.scrap")} inputMode="decimal" autoComplete="off" value={scrap} onChange={(event) => setScrap(event.target.value)} error={problem?.errorOf("scrap")} />
          <TextField large className="pr-number" label={t("report.minutes")} inputMode="decimal" autoComplete="off" value={minutes} onChange={(event) => setMinutes(event.target.value)} error={problem?.errorOf("minutes")} />
        </div>
        <div className="pr-two">
          <Field label={t("report.centre")} error={problem?.errorOf("work_centre")} note={t("report.centreWhy")}>
            {(ids) => <RefSelect id={ids.id} aria-describedby={ids["aria-describedby"]} entity="production.work_centre" value={centre ?? null} onChange={setCentre} status={problem?.errorOf("work_centre") ? "error" : undefined} />}
          </Field>
          <DayField label={t("report.day")} max={today} value={day} onChange={setDay} error={problem?.errorOf("reported_on")} />
        </div>
        <TextField label={t("report.note")} autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} error={problem?.errorOf("note")} />
        <section className="pr-then" aria-live="polite">
          <h3>{t("report.then")}</h3>
          {outlook.empty || outlook.tooMany ? <p className="sub">{t("report.nothing")}</p> : (
            <ul>
              {outlook.takes.length > 0 && <li><Joint fit={1} /><span>{t("report.takes", { list: outlook.takes.map((one) => `${format.quantity(String(one.quantity))} × ${one.label}`).join(t("report.comma")) })}</span></li>}
              <li><Mark kind={outlook.finishes && ends ? "done" : "prog"} share={1 - Number(outlook.left) / Number(order.quantity || 1)} /><span>{outlook.finishes && ends ? t("report.finishes") : t("report.leaves", { left: format.quantity(trimZeros(outlook.left)) })}</span></li>
            </ul>
          )}
        </section>
      </form>
    </Dialog>
  );
}
