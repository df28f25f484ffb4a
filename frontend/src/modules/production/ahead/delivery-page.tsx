/** Whether promises were kept and plans were met in a period, with the lines and orders that were not, first. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Fact, Facts } from "@/ui/figures";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { fetchDelivery, type DeliveryFigures } from "./api";
import "../floor/board.css";

const PERIODS = [30, 90, 365] as const;
const daysBefore = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
const percent = (share: string | number): string => `${(Number(share) * 100).toFixed(1)} %`;

function Lines({ data }: { data: DeliveryFigures }) {
  const { t } = useTranslation("ahead");
  const format = useFormat();
  if (data.lines.length === 0) return <p className="sub">{t("delivery.noLines")}</p>;
  return (
    <div className="fo-table">
      <table>
        <thead><tr><th>{t("delivery.order")}</th><th>{t("delivery.customer")}</th><th>{t("delivery.product")}</th><th className="num">{t("delivery.quantity")}</th><th className="num">{t("delivery.asked")}</th><th className="num">{t("delivery.firstOn")}</th><th className="num">{t("delivery.promisedOn")}</th><th className="num">{t("delivery.completeOn")}</th></tr></thead>
        <tbody>
          {data.lines.map((line) => (
            <tr key={line.id}>
              <td><EntityLink entity="shared.sales_order" id={line.order.id}>{line.order.label}</EntityLink></td>
              <td>{line.customer}</td>
              <td>{line.product.label} <span className="sub">{line.product.name}</span></td>
              <td className="num">{format.quantity(line.quantity)} <span className="dim">{line.unit}</span></td>
              <td className="num sub">{format.day(line.requested_on)}</td>
              <td className="num sub">{format.day(line.first_promised_on)}</td>
              <td className="num">{format.day(line.promised_on)}</td>
              <td className={`num${line.late ? " t-bad" : ""}`}>{line.complete_on ? format.day(line.complete_on) : t("delivery.open")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Orders({ data }: { data: DeliveryFigures }) {
  const { t } = useTranslation("ahead");
  const format = useFormat();
  if (data.orders.length === 0) return <p className="sub">{t("delivery.noOrders")}</p>;
  return (
    <div className="fo-table">
      <table>
        <thead><tr><th>{t("delivery.order")}</th><th>{t("delivery.product")}</th><th className="num">{t("delivery.due")}</th><th className="num">{t("delivery.quantity")}</th><th className="num">{t("delivery.good")}</th><th className="num">{t("delivery.share")}</th></tr></thead>
        <tbody>
          {data.orders.map((order) => (
            <tr key={order.id}>
              <td><EntityLink entity="production.order" id={order.id}>{order.label}</EntityLink></td>
              <td>{order.product.label} <span className="sub">{order.product.name}</span></td>
              <td className="num">{format.day(order.due_on)}</td>
              <td className="num">{format.quantity(order.quantity)} <span className="dim">{order.unit}</span></td>
              <td className="num">{format.quantity(order.good)}</td>
              <td className={`num${Number(order.good) < Number(order.quantity) ? " t-bad" : ""}`}>{percent(Math.min(1, Number(order.good) / Number(order.quantity)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function DeliveryPage() {
  const { t } = useTranslation("ahead");
  const { slug, today } = useTenant();
  const [days, setDays] = useState<string>("90");
  const since = daysBefore(today, Number(days) - 1);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "shared.sales_order", "delivery", since), queryFn: ({ signal }) => fetchDelivery(since, today, signal) });
  const shown = (share: string | null) => (share === null ? "—" : percent(share));
  return (
    <div className="page">
      <PageHead title={t("delivery.title")} />
      <Tabs label={t("delivery.period")} value={days} onChange={setDays} tabs={PERIODS.map((period) => ({ key: String(period), label: t("delivery.days", { count: period }) }))} />
      {error && !data ? <ErrorState title={t("delivery.failed")} /> : !data ? <GridSkeleton rows={8} /> : (
        <div className="fo">
          <Facts kpis>
            <Fact label={t("delivery.first")} value={shown(data.first)} note={t("delivery.ofLines", { count: data.lines_first })} />
            <Fact label={t("delivery.promised")} value={shown(data.promised)} note={t("delivery.ofLines", { count: data.lines_promised })} />
            <Fact label={t("delivery.requested")} value={shown(data.requested)} note={t("delivery.ofLines", { count: data.lines_requested })} />
            <Fact label={t("delivery.attainment")} value={shown(data.attainment)} note={t("delivery.ofOrders", { count: data.orders_due })} />
          </Facts>
          <section><h2 className="strong">{t("delivery.lines")}</h2><Lines data={data} /></section>
          <section><h2 className="strong">{t("delivery.orders")}</h2><Orders data={data} /></section>
        </div>
      )}
    </div>
  );
}
