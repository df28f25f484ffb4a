/** Plain decimal numbers, and the ground for integer, money, quantity and percent. Values are strings throughout. */
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule, type Parsed, type FieldEnv } from "../types";
import type { FieldMeta } from "../../records/types";
import { formatNumber } from "@/ui/format/number";
import { isDecimal, isNegative, parseDecimal, round } from "./exact";

/** Rows may carry integers as JSON numbers; decimals always come as strings. */
export const asDecimal = (value: unknown): string | null => {
  if (typeof value === "number" && Number.isInteger(value)) return String(value);
  return isDecimal(value) ? value : null;
};

export function decimalText(value: unknown, field: FieldMeta): string {
  const decimal = asDecimal(value);
  return decimal === null ? (isEmpty(value) ? "" : String(value)) : formatNumber(decimal, { places: field.decimals, trim: field.decimals == null || field.decimals > 4 });
}

/** Finer than four places, as unit costs are, the digits of a column stand under each other all the same; what is smaller
 * than one keeps them all. */
const inColumn = (decimal: string, field: FieldMeta) => ((field.decimals ?? 0) > 4 && !/^-?0?(\.|$)/.test(decimal) ? formatNumber(decimal, { places: 4 }) : decimalText(decimal, field));

const DecimalDisplay = ({ value, field, place }: DisplayProps) => {
  const decimal = asDecimal(value);
  if (isEmpty(value)) return <Nothing />;
  return <span className={decimal && isNegative(decimal) ? "t-bad" : undefined}>{decimal && place === "cell" ? inColumn(decimal, field) : decimalText(value, field)}</span>;
};

/** Too many digits are refused, not rounded behind the person's back; zeros beyond the places are harmless. */
export function parseNumber(input: string, places: number | null | undefined, env: FieldEnv): Parsed {
  if (input.trim() === "") return parsed(null);
  const value = parseDecimal(input);
  if (value === null) return refused(env.t("notNumber", { text: input.trim() }));
  if (places === null || places === undefined) return parsed(value);
  const fraction = (value.split(".")[1] ?? "").replace(/0+$/, "");
  if (fraction.length > places) return refused(env.t("tooManyPlaces", { count: places }));
  return parsed(round(value, places));
}

export const decimal: FieldModule = {
  type: "decimal",
  align: "end",
  width: () => 104,
  span: 1,
  operators: ["between", "gte", "lte", "is", "empty", "filled"],
  empty: null,
  Display: DecimalDisplay,
  toText: decimalText,
  parse: (input, field, env) => parseNumber(input, field.decimals, env),
};
