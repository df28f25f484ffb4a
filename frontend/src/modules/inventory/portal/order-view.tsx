/** One purchase order: confirmed as it stands, or with other days and quantities proposed for the buyer to decide. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { problemText } from "@/platform/records/problem-text";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { formatMoney, formatQuantity } from "@/ui/format/number";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import type { Order, OrderLine, Portal } from "./api";
import { day, today } from "@/platform/guest/moments";

export function OrderView({ api, secret, id }: { api: Portal; secret: string; id: number }) {
  const { t } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  const { data, error } = useQuery({ queryKey: ["portal", secret, "order", id], queryFn: ({ signal }) => api.order(id, signal), retry: false });
  if (error) return <ErrorState title={t("notFound")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  return <OrderForm api={api} secret={secret} order={data} />;
}

function OrderForm({ api, secret, order }: { api: Portal; secret: string; order: Order }) {
  const { t, i18n } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const [other, setOther] = useState<Record<number, { quantity: string; on: string }> | null>(null);
  const [words, setWords] = useState("");
  const [reference, setReference] = useState(order.supplier_reference);
  const took = (fresh: Order, told: string) => {
    client.setQueryData(["portal", secret, "order", order.id], fresh);
    void client.invalidateQueries({ queryKey: ["portal", secret, "home"] });
    setOther(null);
    toast(told);
    window.scrollTo(0, 0);
  };
  const failed = (error: unknown) => toast({ tone: "bad", text: problemText(error, said) });
  const confirming = useMutation({ mutationFn: () => api.confirm(order.id, reference), onSuccess: (fresh) => took(fresh, t("confirmed")), onError: failed });
  const open = order.lines.filter((line) => line.open);
  const proposing = useMutation({
    mutationFn: () => api.propose(order.id, open.map((line) => ({ line: line.id, quantity: other?.[line.id]?.quantity || null, on: other?.[line.id]?.on || null })), words),
    onSuccess: (fresh) => took(fresh, t("proposedNow")),
    onError: failed,
  });
  const name = (line: OrderLine) => (i18n.language === "zh" && line.name_zh ? line.name_zh : line.name);
  const begin = () => setOther(Object.fromEntries(open.map((line) => [line.id, { quantity: formatQuantity(line.quantity).replaceAll(",", ""), on: line.confirmed_on ?? line.due_on ?? "" }])));
  const set = (line: number, change: Partial<{ quantity: string; on: string }>) => setOther((old) => ({ ...old, [line]: { ...old![line]!, ...change } }));
  const fault = (line: OrderLine, field: string) => (isProblem(proposing.error) ? proposing.error.errors.find((one) => one.field === `lines.${open.indexOf(line)}.${field}`)?.message : undefined);
  const proposal = order.proposal;
  const waits = open.some((line) => line.confirmed_on === null);
  return (
    <form className="pt-form" onSubmit={(event) => { event.preventDefault(); if (other) proposing.mutate(); else confirming.mutate(); }}>
      <div className="pt-head">
        <h1>{order.number}</h1>
        <p className="sub">{t("orderedOn", { on: day(order.ordered_on) })}{order.deliver_to && ` · ${t("deliverTo", { place: order.deliver_to })}`}{order.payment_term && ` · ${order.payment_term}`}</p>
        <p>{proposal?.state === "open" ? <Status kind="hold">{t("proposed")}</Status> : order.open && waits ? <Status kind="warn">{t("toConfirm")}</Status> : <Status kind={order.open ? "open" : "done"}>{t(order.open ? "order_agreed" : `order_${order.status}`)}</Status>}</p>
        {proposal?.state === "refused" && <p className="pt-terms"><b>{t("refused")}</b> {proposal.decision}</p>}
      </div>
      <ol className="pt-lines">
        {order.lines.map((line) => {
          const wish = proposal?.state === "open" ? proposal.lines.find((one) => one.line === line.id) : undefined;
          return (
            <li key={line.id} className={line.cancelled ? "off" : undefined}>
              <p className="pt-item"><b className="grow">{name(line)}</b><b className="num">{formatQuantity(line.quantity)} {line.unit}{line.second_quantity && <span className="sub"> ≈ {formatQuantity(line.second_quantity)} {line.price_unit}</span>}</b></p>
              <p className="sub"><span className="grow ell">{line.code}{line.description && ` · ${line.description}`}</span><span className="num">{formatMoney(line.unit_price, order.currency, 4)} / {line.price_unit}</span></p>
              <p className="sub"><span className="grow">{line.cancelled ? t("lineCancelled") : !line.open ? t("lineDone") : line.confirmed_on ? t("youDeliver", { on: day(line.confirmed_on) }) : t("weWant", { on: day(line.due_on) })}</span><span className="num">{formatMoney(line.total, order.currency)}</span></p>
              {wish && <p className="t-warn">{t("wished", { quantity: formatQuantity(wish.quantity), unit: line.unit, on: day(wish.on) || "–" })}</p>}
              {other && line.open && (
                <div className="pt-row">
                  <TextField large inputMode="decimal" label={t("quantity")} suffix={line.unit} value={other[line.id]?.quantity ?? ""} error={fault(line, "quantity")} onChange={(event) => set(line.id, { quantity: event.target.value.replace(",", ".") })} />
                  <TextField large type="date" label={t("deliversOn")} min={today()} value={other[line.id]?.on ?? ""} error={fault(line, "on")} onChange={(event) => set(line.id, { on: event.target.value })} />
                </div>
              )}
            </li>
          );
        })}
      </ol>
      <dl className="pt-sum">
        {Number(order.freight) > 0 && <><dt>{t("freightSum")}</dt><dd>{formatMoney(order.freight, order.currency)}</dd></>}
        {Number(order.tax_amount) > 0 && <><dt>{t("tax")}</dt><dd>{formatMoney(order.tax_amount, order.currency)}</dd></>}
        <dt>{t("total")}</dt><dd><b>{formatMoney(order.total, order.currency)}</b></dd>
      </dl>
      {order.open && (other
        ? <TextField large label={t("why")} maxLength={500} value={words} onChange={(event) => setWords(event.target.value)} />
        : <TextField large label={t("reference")} maxLength={80} value={reference} onChange={(event) => setReference(event.target.value)} />)}
      {order.open && open.length > 0 && (
        <div className="pt-bar">
          {other ? <Button variant="text" size="large" onClick={() => setOther(null)}>{t("cancel")}</Button> : <Button variant="text" size="large" onClick={begin}>{t("change")}</Button>}
          <span className="grow" />
          <Button variant="primary" size="large" submit busy={confirming.isPending || proposing.isPending}>{t(other ? "propose" : "confirm")}</Button>
        </div>
      )}
    </form>
  );
}
