/** What pieces weigh, for thumbs: the scale's figure, piece by piece, or all of them at once. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { compare, isZero, parseDecimal } from "@/platform/fields/decimal/exact";
import type { Line, useFill } from "./fill";

export function WeighField({ line, fill }: { line: Line; fill: ReturnType<typeof useFill> }) {
  const { t } = useTranslation("inventory");
  const [typed, setTyped] = useState("");
  const weight = parseDecimal(typed);
  const usable = weight !== null && compare(weight, "0") > 0;
  const take = (put: (line: Line, weight: string) => void) => {
    if (weight === null || !usable) return;
    put(line, weight);
    setTyped("");
  };
  return (
    <div className="sc-count sc-weigh">
      <input aria-label={t("scan.weight", { unit: line.second })} inputMode="decimal" value={typed}
        onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); take(fill.piece); } }} />
      <span className="unit">{line.second}</span>
      <button type="button" disabled={!usable} onClick={() => take(fill.piece)}>{t("scan.weighPiece")}</button>
      <button type="button" disabled={!usable || isZero(fill.of(line.id))} onClick={() => take(fill.weigh)}>{t("scan.weighAll")}</button>
    </div>
  );
}
