/** Released orders that stand nowhere yet: what they wait for, and putting one in before others. */
import { Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Button } from "@/ui/button";
import type { WaitingOrder } from "../../api/schedule";

export function Waiting({ orders, mayPlace, onRush }: { orders: WaitingOrder[]; mayPlace: boolean; onRush: (order: WaitingOrder) => void }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const lacks = ({ material }: WaitingOrder) => {
    const part = material.missing[0]?.label;
    if (!part) return <span className="sub">{t("schedule.material")}</span>;
    if (material.arrives_on) return <span className="t-warn">{t("schedule.shortOn", { part, day: format.day(material.arrives_on) })}</span>;
    return <span className="t-bad">{material.count > 1 ? t("schedule.short", { part, count: material.count - 1 }) : t("schedule.shortOne", { part })}</span>;
  };
  return (
    <section className="pr-waiting" aria-label={t("schedule.waiting")}>
      <h2>{t("schedule.waiting")} <em>{orders.length}</em></h2>
      <ul>
        {orders.map((row) => (
          <li key={row.order.id}>
            <EntityLink entity="production.order" id={row.order.id}>{row.order.label}</EntityLink>
            <span className="ell">{row.product.name} <span className="sub">{row.made_for}</span></span>
            <span className="num">{format.quantity(row.quantity)} {row.unit}</span>
            <span className="ell">{lacks(row)}</span>
            <span className="num">{t("schedule.due", { day: format.day(row.due_on) })}</span>
            {mayPlace && <Button size="small" variant="text" icon={<Zap size={14} />} onClick={() => onRush(row)}>{t("schedule.rush")}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}
