/** Tab of an engineering change: what it does to cost, stock, orders and customers. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchEffect, type Effect, type Holding } from "./api";
import "./engineering.css";

export function EffectTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("engineering");
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "production.change", "effect", [record.id, record.version]), queryFn: ({ signal }) => fetchEffect(record.id, signal) });
  if (!data) return <GridSkeleton />;
  if (data.results.length === 0) return <EmptyState inline title={t("effect.none")}>{t("effect.noneWhy")}</EmptyState>;
  return <div className="en-pane">{data.results.map((one) => <OfVersion key={one.new.id} effect={one} />)}</div>;
}

function OfVersion({ effect }: { effect: Effect }) {
  const { t } = useTranslation("engineering");
  const format = useFormat();
  const { currency } = useTenant();
  return (
    <section>
      <h3><EntityLink entity="shared.product" id={effect.product.id}>{effect.product.label}</EntityLink> <span className="sub">{effect.product.name}</span></h3>
      <p className="en-sum">
        <span><EntityLink entity="production.bom" id={effect.new.id}>{t("effect.version", { old: effect.old?.label ?? "–", new: effect.new.label })}</EntityLink></span>
        {effect.material_after !== null && <span>{t("effect.material")} <del>{format.money(effect.material_before, currency)}</del> → <b>{format.money(effect.material_after, currency)}</b></span>}
      </p>
      <div className="en-two">
        <Holdings title={t("effect.removed")} rows={effect.removed} />
        <Holdings title={t("effect.added")} rows={effect.added} />
      </div>
      <div className="en-two">
        <div>
          <h4 className="sub">{t("effect.orders")}</h4>
          {effect.orders.length === 0 && <p className="dim">{t("effect.noOrders")}</p>}
          <ul className="en-rows">
            {effect.orders.map((order) => (
              <li key={order.id}>
                <EntityLink entity="production.order" id={order.id}><b className="medium">{order.label}</b></EntityLink>
                <span className="sub">{format.day(order.start_on)}</span>
                <span className="grow" />
                <span className="num">{format.quantity(order.quantity)}</span>
                <Status kind={order.follows ? "done" : "hold"}>{order.follows ? t("effect.follows") : t("effect.keeps", { version: order.version })}</Status>
              </li>
            ))}
          </ul>
        </div>
        {effect.customers && <div>
          <h4 className="sub">{t("effect.customers")}</h4>
          {effect.customers.length === 0 && <p className="dim">{t("effect.noCustomers")}</p>}
          <ul className="en-rows">
            {effect.customers.map((row, index) => (
              <li key={index}>
                <span className="ell">{row.customer.label}</span>
                <EntityLink entity="shared.sales_order" id={row.order.id}>{row.order.label}</EntityLink>
                <span className="grow" />
                <span className="num">{format.quantity(row.quantity)} <span className="dim">{row.product.label}</span></span>
              </li>
            ))}
          </ul>
        </div>}
      </div>
    </section>
  );
}

function Holdings({ title, rows }: { title: string; rows: Holding[] }) {
  const { t } = useTranslation("engineering");
  const format = useFormat();
  const { currency } = useTenant();
  return (
    <div>
      <h4 className="sub">{title}</h4>
      {rows.length === 0 && <p className="dim">{t("effect.nothing")}</p>}
      <ul className="en-rows">
        {rows.map((row) => (
          <li key={row.product.id}>
            <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
            <span className="sub ell">{row.product.name}</span>
            <span className="grow" />
            <span className="num">{t("effect.onHand", { quantity: format.quantity(row.on_hand), unit: row.unit })} {row.value !== null && <span className="dim">{format.money(row.value, currency)}</span>}</span>
            {Number(row.on_order) > 0 && <span className="num">{t("effect.onOrder", { quantity: format.quantity(row.on_order) })} <span className="dim">{row.supplies.map((s) => s.label).join(", ")}</span></span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
