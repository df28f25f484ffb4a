/** Percentages: "13.00" is 13 %. */
import { asDecimal, decimal } from "../decimal";
import { formatNumber } from "@/ui/format/number";
import { isNegative, isZero } from "../decimal/exact";
import { Nothing } from "../nothing";
import { isEmpty, type DisplayProps, type FieldModule } from "../types";

export function percentText(value: unknown, decimals?: number | null): string {
  const share = asDecimal(value);
  if (share === null) return isEmpty(value) ? "" : String(value);
  // one place lines up in a column; more are only worth showing where they say something
  return `${formatNumber(share, { places: decimals, trim: decimals == null || decimals > 1 })}%`;
}

const PercentDisplay = ({ field, value, place }: DisplayProps) => {
  const share = asDecimal(value);
  // no discount is no discount: a column of zeros hides the one that counts
  if (isEmpty(value) || (place === "line" && share !== null && isZero(share))) return <Nothing />;
  return <span className={share && isNegative(share) ? "t-bad m" : undefined}>{percentText(value, field.decimals)}</span>;
};

export const percent: FieldModule = {
  ...decimal, type: "percent", width: () => 84, Display: PercentDisplay,
  toText: (value, field) => percentText(value, field.decimals),
};
