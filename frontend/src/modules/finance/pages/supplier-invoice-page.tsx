/** A supplier's invoice as it came, over several orders: pick what it charges, enter its figures, see at once whether it fits. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText, RefSelect } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check, Field, TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { enterInvoice, fetchOpenReceipts, type Entered, type OpenReceipt } from "../api/supplier-invoice";
import { Findings } from "../components/findings";
import "./finance.css";

interface Charged { quantity: string; unit_price: string }

const plain = (value: string) => (value.includes(".") ? value.replace(/\.?0+$/, "") : value);

export function SupplierInvoicePage() {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const format = useFormat();
  const client = useQueryClient();
  const [supplier, setSupplier] = useState<Ref | null>(null);
  const [reference, setReference] = useState("");
  const [day, setDay] = useState("");
  const [freight, setFreight] = useState("");
  const [charged, setCharged] = useState<Record<number, Charged>>({});
  const [entered, setEntered] = useState<(Entered & { currency: string }) | null>(null);
  const intent = useRef<{ of: string; key: string } | null>(null);
  const { data, error } = useQuery({
    queryKey: keyOf(slug, "finance.invoice", "open-receipts", [supplier?.id]),
    queryFn: ({ signal }) => fetchOpenReceipts(supplier!.id, signal),
    enabled: supplier !== null,
  });
  const rows = data?.results ?? [];
  const picked = rows.filter((row) => charged[row.line]);
  // one invoice is in one currency: the first line that is picked decides
  const currency = picked[0]?.currency;
  const send = useMutation({
    mutationFn: () => {
      const body = { party: Number(supplier!.id), reference, issued_on: day || null, freight: freight || null, lines: picked.map((row) => ({ purchase_order_line: row.line, ...charged[row.line]! })) };
      const of = JSON.stringify(body);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return enterInvoice(body, intent.current.key);
    },
    onSuccess: (made) => { intent.current = null; setEntered({ ...made, currency: currency! }); setCharged({}); setReference(""); setFreight(""); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const toggle = (row: OpenReceipt) => setCharged(({ [row.line]: had, ...others }) => (had ? others : { ...others, [row.line]: { quantity: plain(row.quantity), unit_price: plain(row.unit_price) } }));
  const set = (line: number, change: Partial<Charged>) => setCharged((old) => ({ ...old, [line]: { ...old[line]!, ...change } }));
  return (
    <div className="page">
      <PageHead title={t("enter.title")} />
      <div className="fi-enter">
        <Field label={t("enter.supplier")}>{(ids) => <RefSelect id={ids.id} entity="shared.party" filter={{ is_supplier: true }} value={supplier} onChange={(value) => { setSupplier(value); setCharged({}); setEntered(null); }} />}</Field>
        <TextField label={t("enter.reference")} maxLength={80} value={reference} onChange={(event) => setReference(event.target.value)} />
        <DayField label={t("enter.day")} value={day} onChange={setDay} clearable />
        <TextField label={t("enter.freight")} inputMode="decimal" suffix={currency} value={freight} onChange={(event) => setFreight(event.target.value)} />
      </div>
      {entered && (
        <section className="fi-entered">
          <p><Status kind={entered.match === "blocked" ? "warn" : "done"}>{t(entered.match === "blocked" ? "match.blocked" : "match.matched")}</Status> <EntityLink entity={entered.entity} id={entered.id}>{t("enter.made")}</EntityLink></p>
          <Findings findings={entered.findings} currency={entered.currency} />
          {entered.match === "blocked" && <p className="sub">{t("match.next")}</p>}
        </section>
      )}
      {supplier === null && <EmptyState title={t("enter.choose")}>{t("enter.chooseWhy")}</EmptyState>}
      {error && <ErrorState title={t("enter.failed")}>{problemText(error, said)}</ErrorState>}
      {supplier !== null && !data && !error && <GridSkeleton />}
      {data && rows.length === 0 && <EmptyState title={t("enter.none")}>{t("enter.noneWhy")}</EmptyState>}
      {rows.length > 0 && (
        <>
          <ul className="fi-receipts">
            {rows.map((row) => {
              const one = charged[row.line];
              return (
                <li key={row.line}>
                  <Check checked={Boolean(one)} disabled={Number(row.quantity) === 0 || (currency !== undefined && row.currency !== currency)} onChange={() => toggle(row)} aria-label={`${row.order.label} ${row.product}`} />
                  <span className="grow"><b>{row.product}</b> <span className="sub">{row.name}</span>{row.drafts.map((draft) => <span key={draft.id} className="sub fi-held">{t("enter.held", { quantity: format.quantity(draft.quantity), unit: row.unit })} <EntityLink entity="finance.invoice" id={draft.id}>{draft.reference || t("enter.made")}</EntityLink></span>)}</span>
                  <EntityLink entity={row.order.entity} id={row.order.id}>{row.order.label}</EntityLink>
                  <span className="num dim">{t("enter.open", { quantity: format.quantity(row.quantity), unit: row.unit, price: format.money(row.unit_price, row.currency, 4) })}</span>
                  {one && <TextField label={t("enter.quantity")} inputMode="decimal" suffix={row.unit} value={one.quantity} onChange={(event) => set(row.line, { quantity: event.target.value })} />}
                  {one && <TextField label={t("enter.price")} inputMode="decimal" suffix={row.currency} value={one.unit_price} onChange={(event) => set(row.line, { unit_price: event.target.value })} />}
                </li>
              );
            })}
          </ul>
          <p className="fi-foot"><span className="dim">{t("enter.picked", { count: picked.length })}</span><span className="grow" /><Button variant="primary" disabled={picked.length === 0 || !reference.trim()} busy={send.isPending} onClick={() => send.mutate()}>{t("enter.save")}</Button></p>
        </>
      )}
    </div>
  );
}
