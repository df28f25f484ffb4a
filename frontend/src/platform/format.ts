/** Formats with what the company and the person bring: currency, decimals, today, time zone, language. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { daysBetween, formatDay, formatLongDay, formatMoment } from "@/ui/format/date";
import { formatMoney, formatNumber, formatPercent, formatQuantity } from "@/ui/format/number";
import { currentLanguage } from "./i18n/i18n";
import { useMe, useTenant } from "./session/session";

export function useFormat() {
  const { currency, currency_decimals: places, today } = useTenant();
  const { time_zone: zone } = useMe();
  const { t, i18n } = useTranslation("ui");
  const language = i18n.language;
  return useMemo(
    () => ({
      today,
      currency,
      number: formatNumber,
      quantity: formatQuantity,
      percent: formatPercent,
      /** With the sign of the currency, company's own unless told. */
      money: (value: string | null | undefined, of = currency, digits = places) => formatMoney(value, of, digits),
      /** For columns whose head names the currency. */
      amount: (value: string | null | undefined, digits = places) => formatNumber(value, { places: digits }),
      day: (value: string | null | undefined) => formatDay(value, today),
      moment: (value: string | null | undefined) => formatMoment(value, zone, today),
      longDay: (value: string) => formatLongDay(value, currentLanguage()),
      /** today, tomorrow, yesterday, else the date. */
      near: (value: string | null | undefined) => {
        if (!value) return "";
        const away = daysBetween(today, value);
        return away === 0 ? t("today") : away === 1 ? t("tomorrow") : away === -1 ? t("yesterday") : formatDay(value, today);
      },
      /** Whole days that a promise is overdue, as words; empty while it is not. */
      late: (value: string | null | undefined) => {
        const days = value ? daysBetween(value, today) : 0;
        return days > 0 ? t("late_days", { count: days }) : "";
      },
      language,
    }),
    [currency, places, today, zone, t, language],
  );
}
