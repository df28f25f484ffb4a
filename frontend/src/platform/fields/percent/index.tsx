/** Percentages: "13.00" is 13 %. */
import { asDecimal, decimal } from "../decimal";
import { formatNumber } from "@/ui/format/number";
import { isNegative } from "../decimal/exact";
import { Nothing } from "../nothing";
import { isEmpty, type DisplayProps, type FieldModule } from "../types";

export function percentText(value: unknown, decimals?: number | null): string {
  const share = asDecimal(value);
  if (share === null) return isEmpty(value) ? "" : String(value);
  return `${formatNumber(share, { places: decimals, trim: true })}%`;
}

const PercentDisplay = ({ field, value }: DisplayProps) => {
  const share = asDecimal(value);
  if (isEmpty(value)) return <Nothing />;
  return <span className={share && isNegative(share) ? "t-bad m" : undefined}>{percentText(value, field.decimals)}</span>;
};

export const percent: FieldModule = {
  ...decimal, type: "percent", width: () => 84, Display: PercentDisplay,
  toText: (value, field) => percentText(value, field.decimals),
};
