/** Quantities: no trailing zeros, and the unit beside the number where the row knows it. */
import { asDecimal, decimal } from "../decimal";
import { formatNumber } from "@/ui/format/number";
import { isNegative } from "../decimal/exact";
import { Nothing } from "../nothing";
import type { FieldMeta } from "../../records/types";
import { isEmpty, type DisplayProps, type FieldModule } from "../types";

export function unitOf(field: FieldMeta, row?: Record<string, unknown>): string {
  const unit = field.unit_field ? row?.[field.unit_field] : undefined;
  if (typeof unit === "string") return unit;
  if (unit && typeof unit === "object") {
    const ref = unit as { code?: string; label?: string };
    return ref.code ?? ref.label ?? "";
  }
  return "";
}

export function quantityText(value: unknown, field: FieldMeta, row?: Record<string, unknown>): string {
  const amount = asDecimal(value);
  if (amount === null) return isEmpty(value) ? "" : String(value);
  const unit = unitOf(field, row);
  return `${formatNumber(amount, { trim: true })}${unit ? ` ${unit}` : ""}`;
}

const QuantityDisplay = ({ field, value, row }: DisplayProps) => {
  const amount = asDecimal(value);
  if (isEmpty(value)) return <Nothing />;
  if (amount === null) return <>{String(value)}</>;
  const unit = unitOf(field, row);
  return (
    <span className={isNegative(amount) ? "t-bad" : undefined}>
      {formatNumber(amount, { trim: true })}{unit && <span className="dim xs"> {unit}</span>}
    </span>
  );
};

export const quantity: FieldModule = {
  ...decimal, type: "quantity", width: () => 96, Display: QuantityDisplay,
  toText: (value, field, _env, row) => quantityText(value, field, row),
};
