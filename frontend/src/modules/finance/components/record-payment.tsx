/** A posted invoice is settled in place: the payment is recorded and allocated, to it first and then to others that are open. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { DayField } from "@/platform/fields/date/day-field";
import { compare } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { createRecord, runAction } from "@/platform/records/api";
import { refresh } from "@/platform/records/cache";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { useOpenInvoices, type OpenItem } from "../api/open-items";
import { OpenInvoices } from "./open-invoices";
import { paymentOf, type Due } from "./payment-of";
import { itemsOf, plainAmount, spread, sumsOf, written } from "./spread";
import "../pages/finance.css";

const VERB = { in: "pay.in", out: "pay.out" } as const;
const OWN = ["amount", "paid_on", "reference", "method"];

interface Props {
  entity: EntityMeta;
  record: Row;
}

export function RecordPayment(props: Props) {
  const { t } = useTranslation("finance");
  const payments = useEntity("finance.payment");
  const mayAllocate = useCan("finance.payment.allocate");
  const thumb = usePhone() ? ({ size: "large", className: "wide" } as const) : {};
  const [open, setOpen] = useState(false);
  const due = paymentOf(props.record);
  // a blocked invoice cannot be paid: what is offered instead is to release it
  if (!payments?.can.create || !mayAllocate || !due || props.record.match === "blocked") return null;
  return (
    <>
      <Button {...thumb} variant="primary" onClick={() => setOpen(true)}>{t(VERB[due.direction])}</Button>
      {open && <PaymentDialog {...props} due={due} payments={payments} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The invoice at hand first, whether or not the others may be seen. */
function useDues(record: Row, due: Due): OpenItem[] {
  const { items } = useOpenInvoices(due.direction, due.party, due.currency);
  const own = items.find((item) => String(item.id) === String(record.id)) ?? {
    entity: "finance.invoice", id: Number(record.id), kind: "invoice" as const, number: String(record.number), party: record.party as Ref, dated: String(record.issued_on),
    due_on: String(record.next_due_on ?? record.due_on ?? record.issued_on), reference: String(record.reference ?? ""), currency: due.currency, total: String(record.total), open: due.amount,
  };
  return [own, ...items.filter((item) => item !== own)];
}

function PaymentDialog({ entity, record, due, payments, onClose }: Props & { due: Due; payments: EntityMeta; onClose: () => void }) {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug, today } = useTenant();
  const dues = useDues(record, due);
  const methods = payments.fields.find((field) => field.key === "method")?.choices ?? [];
  const [amount, setAmount] = useState(format.number(due.amount));
  const [day, setDay] = useState(today);
  const [method, setMethod] = useState(methods.find((one) => one.value === "bank")?.value ?? methods[0]?.value ?? "");
  const [reference, setReference] = useState("");
  const [own, setOwn] = useState<Map<number, string>>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  // the same words sent again after a lost answer are the same payment
  const intent = useRef<{ of: string; key: string } | null>(null);
  const money = plainAmount(amount);
  const typed = own ?? written(spread(money, dues, Number(record.id)), format.number);
  const sums = sumsOf(money, dues, typed);
  const ready = compare(money, "0") > 0 && day !== "" && sums.over.length === 0 && compare(sums.rest, "0") >= 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    void run(async () => {
      setProblem(undefined);
      const body = { direction: due.direction, party: due.party, currency: due.currency, amount: money, paid_on: day, reference: reference.trim(), ...(method && { method }) };
      const of = JSON.stringify(body);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      let payment: Row;
      try {
        payment = await createRecord(payments, body, intent.current.key);
      } catch (error) {
        if (isProblem(error)) setProblem(error);
        else toast({ tone: "bad", text: problemText(error, said) });
        return;
      }
      const number = String(payment.number);
      const items = itemsOf(dues, typed);
      try {
        if (items.length > 0) await runAction(payments, payment.id, "allocate", { items }, payment.version, `${intent.current.key}-a`);
        toast(t(items.length > 0 ? "pay.recorded" : "pay.onAccount", { number }));
      } catch (error) {
        // the money is in the books already: say so, it can be allocated from its own page
        toast({ tone: "bad", text: t("pay.notAllocated", { number, why: problemText(error, said) }) });
      }
      onClose();
      await Promise.all([refresh(client, slug, entity), refresh(client, slug, payments)]);
    });
  };
  const loose = problem && !problem.errors.some((one) => OWN.includes(one.field)) ? problemText(problem, said) : "";
  return (
    <Dialog open sticky width={600} title={t("pay.title", { number: String(record.number) })} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="record-payment" busy={busy} disabled={!ready}>{t(`${VERB[due.direction]}Of`, { amount: format.money(money, due.currency) })}</Button></>}>
      <form id="record-payment" className="fi-pay" onSubmit={submit} noValidate>
        <p className="sub">{t(due.direction === "in" ? "pay.from" : "pay.to", { party: (record.party as Ref | null)?.label ?? "", open: format.money(due.amount, due.currency) })}</p>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <div className="fi-two">
          <TextField label={t("pay.amount", { currency: due.currency })} inputMode="decimal" autoComplete="off" value={amount} onChange={(event) => { setAmount(event.target.value); setOwn(undefined); }} error={problem?.errorOf("amount")} />
          <DayField label={t("pay.day")} value={day} onChange={setDay} error={problem?.errorOf("paid_on")} />
          {methods.length > 1 && <SelectField label={t("pay.method")} options={methods} value={method} onChange={(event) => setMethod(event.target.value)} error={problem?.errorOf("method")} />}
          <TextField label={t("pay.reference")} autoComplete="off" value={reference} onChange={(event) => setReference(event.target.value)} error={problem?.errorOf("reference")} note={t("pay.referenceWhy")} />
        </div>
        <OpenInvoices items={dues} amount={money} currency={due.currency} typed={typed} onChange={setOwn} />
      </form>
    </Dialog>
  );
}
