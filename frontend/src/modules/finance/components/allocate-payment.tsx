/** A payment on account is matched with the invoices it was meant for. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { compare } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { useOpenInvoices } from "../api/open-items";
import { OpenInvoices } from "./open-invoices";
import { itemsOf, spread, sumsOf, written } from "./spread";
import "../pages/finance.css";

export function AllocatePayment({ record, action, busy, error, onClose, onRun }: ActionDialogProps) {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const party = record.party as Ref;
  const currency = String(record.currency);
  const money = String(record.open_amount);
  const { items, known, loading } = useOpenInvoices(record.direction === "out" ? "out" : "in", party.id, currency);
  const [own, setOwn] = useState<Map<number, string>>();
  const typed = own ?? written(spread(money, items), format.number);
  const sums = sumsOf(money, items, typed);
  const ready = !loading && sums.over.length === 0 && compare(sums.rest, "0") >= 0 && compare(sums.given, "0") > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // whoever may not see the open invoices leaves the choice to the server: oldest due first
    if (!known) onRun({});
    else if (ready) onRun({ items: itemsOf(items, typed) });
  };
  return (
    <Dialog open sticky width={600} title={t("alloc.title", { number: String(record.number) })} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="allocate" busy={busy} disabled={known && !ready}>{known && ready ? t("alloc.go", { amount: format.money(sums.given, currency) }) : action.label}</Button></>}>
      <form id="allocate" className="fi-pay" onSubmit={submit} noValidate>
        <p className="sub">{t(record.direction === "out" ? "alloc.to" : "alloc.from", { party: party.label, open: format.money(money, currency) })}</p>
        {error ? <p className="t-bad" role="alert">{problemText(error, said)}</p> : null}
        {!known && <p>{t("alloc.oldest")}</p>}
        {loading && <Delayed><Bone width="100%" /></Delayed>}
        {known && !loading && items.length === 0 && <p>{t("alloc.none", { party: party.label, currency })}</p>}
        {items.length > 0 && <OpenInvoices items={items} amount={money} currency={currency} typed={typed} onChange={setOwn} />}
      </form>
    </Dialog>
  );
}
