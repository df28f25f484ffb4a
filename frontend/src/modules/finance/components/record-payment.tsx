/** A posted invoice is settled in place: the payment is recorded for what is open and allocated to it. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { createRecord, runAction } from "@/platform/records/api";
import { refresh } from "@/platform/records/cache";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { paymentOf, type Due } from "./payment-of";
import "../pages/finance.css";

const VERB = { in: "pay.in", out: "pay.out" } as const;

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
  if (!payments?.can.create || !mayAllocate || !due) return null;
  return (
    <>
      <Button {...thumb} variant="primary" onClick={() => setOpen(true)}>{t(VERB[due.direction])}</Button>
      {open && <PaymentDialog {...props} due={due} payments={payments} onClose={() => setOpen(false)} />}
    </>
  );
}

function PaymentDialog({ entity, record, due, payments, onClose }: Props & { due: Due; payments: EntityMeta; onClose: () => void }) {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug, today } = useTenant();
  const [amount, setAmount] = useState(due.amount);
  const [day, setDay] = useState(today);
  const [reference, setReference] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  // the same words sent again after a lost answer are the same payment
  const intent = useRef<{ of: string; key: string } | null>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setProblem(undefined);
      const body = { ...due, amount: amount.trim(), paid_on: day, reference: reference.trim() };
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
      try {
        await runAction(payments, payment.id, "allocate", { invoice: record.id }, payment.version, `${intent.current.key}-a`);
        toast(t("pay.recorded", { number }));
      } catch (error) {
        // the money is in the books already: say so, it can be allocated from its own page
        toast({ tone: "bad", text: t("pay.notAllocated", { number, why: problemText(error, said) }) });
      }
      onClose();
      await Promise.all([refresh(client, slug, entity), refresh(client, slug, payments)]);
    });
  };
  const own = ["amount", "paid_on", "reference"];
  const loose = problem && !problem.errors.some((one) => own.includes(one.field)) ? problemText(problem, said) : "";
  return (
    <Dialog open sticky width={440} title={t("pay.title", { number: String(record.number) })} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="record-payment" busy={busy} disabled={!amount.trim() || !day}>{t(VERB[due.direction])}</Button></>}>
      <form id="record-payment" className="fi-pay" onSubmit={submit} noValidate>
        <p className="sub">{t(due.direction === "in" ? "pay.from" : "pay.to", { party: (record.party as Ref | null)?.label ?? "", open: format.money(due.amount, due.currency) })}</p>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <TextField label={t("pay.amount", { currency: due.currency })} inputMode="decimal" autoComplete="off" value={amount} onChange={(event) => setAmount(event.target.value)} error={problem?.errorOf("amount")} />
        <TextField label={t("pay.day")} type="date" value={day} onChange={(event) => setDay(event.target.value)} error={problem?.errorOf("paid_on")} />
        <TextField label={t("pay.reference")} autoComplete="off" value={reference} onChange={(event) => setReference(event.target.value)} error={problem?.errorOf("reference")} note={t("pay.referenceWhy")} />
      </form>
    </Dialog>
  );
}
