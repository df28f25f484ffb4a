/** Large keys for a thumb: a number, taken with one press. */
import { Check, Delete } from "lucide-react";
import { useTranslation } from "react-i18next";

interface KeypadProps {
  onKey: (key: string) => void;
  /** Fractions of the unit may be counted. */
  fractions: boolean;
  disabled?: boolean;
  action: string;
}

export function Keypad({ onKey, fractions, disabled, action }: KeypadProps) {
  const { t } = useTranslation("inventory");
  const key = (value: string) => <button key={value} type="button" className="ct-key" disabled={disabled} onClick={() => onKey(value)}>{value}</button>;
  return (
    <div className="ct-pad" role="group" aria-label={t("count.keypad")}>
      {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key)}
      {fractions ? key(".") : <span />}
      {key("0")}
      <button type="button" className="ct-key" aria-label={t("count.delete")} disabled={disabled} onClick={() => onKey("Backspace")}><Delete size={24} aria-hidden /></button>
      <button type="button" className="ct-key ct-take" disabled={disabled} onClick={() => onKey("Enter")}><Check size={24} aria-hidden />{action}</button>
    </div>
  );
}
