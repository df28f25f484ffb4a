/** A quantity for thumbs: minus, number, plus. */
import { useTranslation } from "react-i18next";
import { add, compare, parseDecimal, subtract } from "@/platform/fields/decimal/exact";

export function CountField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("inventory");
  const number = parseDecimal(value) ?? "0";
  const lower = () => onChange(compare(number, "1") > 0 ? subtract(number, "1") : "0");
  return (
    <div className="sc-count">
      <button type="button" aria-label={t("scan.less")} onClick={lower}>−</button>
      <input aria-label={label} inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} onFocus={(event) => event.target.select()} />
      <button type="button" aria-label={t("scan.more")} onClick={() => onChange(add(number, "1"))}>+</button>
    </div>
  );
}
