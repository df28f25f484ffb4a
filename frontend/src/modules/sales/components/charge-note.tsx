/** What cancelling or reducing an order costs the customer, and by which of the terms. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Mark } from "@/ui/status";
import type { ChargeEffect } from "../api/change";

export function ChargeNote({ charge }: { charge: ChargeEffect }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  return (
    <div className="so-say">
      <Mark kind="warn" />
      <p className="grow">
        <b>{t("charge.amount", { amount: format.money(charge.amount, charge.currency) })}</b>
        {charge.parts.map((part, index) => (
          <span key={index} className="sub">
            {part.position === null
              ? t("charge.least", { amount: format.money(part.amount, charge.currency) })
              : t("charge.part", { line: part.position, why: t(`charge.${part.when}`, { days: part.days ?? 0 }), percent: part.percent, amount: format.money(part.amount, charge.currency) })}
          </span>
        ))}
      </p>
    </div>
  );
}
