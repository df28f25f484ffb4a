/** The desk of work outside: what may be ordered, what suppliers have and when it is due, our material at each of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { add } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check } from "@/ui/controls";
import { Joint } from "@/ui/joint";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchDesk, placeOutside, type At, type Desk, type Live } from "./api";
import "./outside.css";

function ToOrder({ rows, mayOrder }: { rows: Desk["to_order"]; mayOrder: boolean }) {
  const { t } = useTranslation("outside");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Set<number>>(new Set());
  const taken = rows.filter((row) => chosen.has(row.id));
  const order = useMutation({
    mutationFn: () => placeOutside(taken.map((row) => row.id)),
    onSuccess: ({ purchase_orders }) => {
      setChosen(new Set());
      toast(t("ordered", { orders: purchase_orders.map((one) => one.label).join(", ") }));
      void client.invalidateQueries({ queryKey: keyOf(slug, "production.outside") });
    },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  return (
    <section>
      <h2>{t("toOrder")} <span className="dim num">{rows.length}</span><span className="grow" />{mayOrder && rows.length > 0 && <Button variant="primary" disabled={taken.length === 0} busy={order.isPending} onClick={() => order.mutate()}>{taken.length === 0 ? t("orderChosen") : t("order", { count: taken.length })}</Button>}</h2>
      {rows.length === 0 && <p className="sub">{t("nothingToOrder")}</p>}
      <ul className="ou-rows">
        {rows.map((row) => (
          <li key={row.id}>
            {mayOrder && <Check aria-label={`${row.order.label} ${row.name}`} checked={chosen.has(row.id)} onChange={() => setChosen((before) => { const next = new Set(before); if (!next.delete(row.id)) next.add(row.id); return next; })} />}
            <b className="ou-who medium ell">{row.supplier.label}</b>
            <span className="ou-what"><span>{row.name}</span><EntityLink entity="production.order" id={row.order.id}>{row.order.label}</EntityLink><span className="sub ell">{row.product.name}</span></span>
            <span className="num">{format.quantity(row.quantity)} {row.unit}</span>
            <span className="num dim">{t("due", { day: format.day(row.due_on) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Outside({ row }: { row: Live }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const lost = add(row.rejected, row.spoiled);
  const state = !row.is_confirmed ? t("unconfirmed") : row.status === "ordered" ? t("toSend") : t("back", { good: format.quantity(row.good), quantity: format.quantity(row.quantity), unit: row.unit });
  return (
    <li>
      <Joint fit={Math.min(1, Number(row.good) / Number(row.quantity))} quiet={Number(row.good) >= Number(row.quantity)} />
      <b className="ou-who medium ell">{row.supplier.label}</b>
      <span className="ou-what"><EntityLink entity="production.subcontract" id={row.id}>{row.number}</EntityLink><span>{row.name}</span><span className="sub ell">{row.order.label} · {row.product.name}</span></span>
      {Number(lost) > 0 && <span className="num t-bad">{t("lost", { quantity: format.quantity(lost) })}</span>}
      <span className="num">{state}</span>
      <span className={`num ${row.is_late ? "t-bad" : "dim"}`}>{t("due", { day: format.day(row.due_on) })}</span>
    </li>
  );
}

/** What of ours lies at one supplier: material with what nobody waits for, pieces between two operations. */
function AtSupplier({ row }: { row: At }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  return (
    <article>
      <h3><EntityLink entity="shared.party" id={row.supplier.id}>{row.supplier.label}</EntityLink><span className="grow" />{row.value !== null && <span className="num">{format.money(row.value)}</span>}</h3>
      <ul>
        {row.material.map((one) => (
          <li key={one.product.id}>
            <EntityLink entity="shared.product" id={one.product.id}>{one.product.label}</EntityLink><span className="sub ell">{one.product.name}</span><span className="grow" />
            {Number(one.left_over) > 0 && <span className="num t-warn">{t("leftOver", { quantity: format.quantity(one.left_over), unit: one.unit })}</span>}
            {Number(one.left_over) > 0 && one.left_of[0] !== undefined && <EntityLink entity="production.subcontract" id={one.left_of[0]}><u>{t("takeBack")}</u></EntityLink>}
            <b className="num medium">{format.quantity(one.quantity)} <span className="dim">{one.unit}</span></b>
          </li>
        ))}
        {row.pieces.map((one) => (
          <li key={one.subcontract.id}>
            <EntityLink entity="production.subcontract" id={one.subcontract.id}>{one.subcontract.label}</EntityLink><span className="sub ell">{t("ofOrder", { name: one.name, product: one.product.name })}</span><span className="grow" />
            <b className="num medium">{format.quantity(one.quantity)} <span className="dim">{one.unit}</span></b>
          </li>
        ))}
      </ul>
    </article>
  );
}

export function OutsidePage() {
  const { t } = useTranslation("outside");
  const { slug } = useTenant();
  const mayOrder = useCan("production.subcontract.create");
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.outside"), queryFn: ({ signal }) => fetchDesk(signal) });
  const empty = data && data.to_order.length + data.outside.length + data.at.length === 0;
  return (
    <div className="page">
      <PageHead title={t("title")} />
      {error ? <ErrorState title={t("failed")} /> : !data ? <GridSkeleton /> : empty ? <EmptyState title={t("empty")}>{t("emptyWhy")}</EmptyState> : (
        <div className="ou-desk">
          <ToOrder rows={data.to_order} mayOrder={mayOrder} />
          <section>
            <h2>{t("there")} <span className="dim num">{data.outside.length}</span></h2>
            {data.outside.length === 0 && <p className="sub">{t("nothingThere")}</p>}
            <ul className="ou-rows">{data.outside.map((row) => <Outside key={row.id} row={row} />)}</ul>
          </section>
          <section>
            <h2>{t("at")} <span className="dim num">{data.at.length}</span></h2>
            {data.at.length === 0 && <p className="sub">{t("noMaterial")}</p>}
            <div className="ou-at">{data.at.map((row) => <AtSupplier key={row.supplier.id} row={row} />)}</div>
          </section>
        </div>
      )}
    </div>
  );
}
