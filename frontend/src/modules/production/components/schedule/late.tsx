/** Orders that end late as the schedule stands, and why: what each waits for and for how long. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { LateOrder, LateReason } from "../../api/schedule";
import { spanOf } from "./span";

/** `chosen`: the order of the bar that was clicked; it leads, with all its reasons. */
export function Late({ orders, chosen }: { orders: LateOrder[]; chosen: number | null }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const span = (minutes: number) => {
    const [unit, count] = spanOf(minutes);
    return t(`schedule.lateness.${unit}`, { count, shown: format.number(String(count)) });
  };
  const told = (reason: LateReason) => {
    const orders = reason.orders.map((order) => order.label || t("schedule.lateness.held")).join(t("comma"));
    const names = reason.more ? t("schedule.lateness.andMore", { orders, count: reason.more }) : orders;
    if (reason.why === "material" && reason.material && reason.on) return t("schedule.lateness.materialOn", { part: reason.material.label, day: format.day(reason.on) });
    return t(`schedule.lateness.${reason.why}`, { operation: reason.operation.label, resource: reason.resource, orders: names });
  };
  const first = orders.find((row) => row.order.id === chosen);
  const rows = first ? [first, ...orders.filter((row) => row !== first)] : orders;
  return (
    <section className="pr-late" aria-label={t("schedule.lateness.title")}>
      <h2>{t("schedule.lateness.title")} <em>{orders.length}</em></h2>
      <ul>
        {rows.map((row) => (
          <li key={row.order.id} aria-current={row === first || undefined}>
            <EntityLink entity="production.order" id={row.order.id}>{row.order.label}</EntityLink>
            <span className="ell">{row.product.name} <span className="sub">{row.made_for}</span></span>
            <span className="num">{t("schedule.due", { day: format.day(row.due_on) })}</span>
            <b className="num t-bad">{t("schedule.lateness.late", { span: span(row.minutes) })}</b>
            <span className="pr-why">
              {(row === first ? row.reasons : row.reasons.slice(0, 2)).map((reason, n) => <span key={n}>{told(reason)} <span className="sub">{span(reason.minutes)}</span></span>)}
              {row !== first && row.reasons.length > 2 && <span className="sub">{t("schedule.lateness.others", { count: row.reasons.length - 2 })}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
