/** Amounts of money. The currency stands in the head of a column, and beside the number only where it stands alone. */
import type { FieldMeta } from "../../records/types";
import { asDecimal, parseNumber } from "../decimal";
import { currencySymbol, formatNumber } from "@/ui/format/number";
import { isNegative } from "../decimal/exact";
import { decimal } from "../decimal";
import { Nothing } from "../nothing";
import { isColumn, isEmpty, type DisplayProps, type FieldEnv, type FieldModule } from "../types";

const NO_MINOR = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "HUF"]);

/** Code of the currency of an amount: the field that names it in the row, else the company's own. */
export function currencyOf(field: FieldMeta, env: FieldEnv, row?: Record<string, unknown>): string {
  const named = field.currency_field ? row?.[field.currency_field] : undefined;
  if (typeof named === "string" && named) return named;
  if (named && typeof named === "object") {
    const ref = named as { code?: string; label?: string };
    const code = ref.code ?? /\b[A-Z]{3}\b/.exec(ref.label ?? "")?.[0];
    if (code) return code;
  }
  return env.currency;
}

export const placesOf = (field: FieldMeta, currency: string, env: FieldEnv): number =>
  field.decimals ?? (currency === env.currency ? env.currencyDecimals : NO_MINOR.has(currency) ? 0 : 2);

export function amountText(value: unknown, field: FieldMeta, env: FieldEnv, row?: Record<string, unknown>, symbol = false): string {
  const amount = asDecimal(value);
  if (amount === null) return isEmpty(value) ? "" : String(value);
  const currency = currencyOf(field, env, row);
  const text = formatNumber(amount, { places: placesOf(field, currency, env) });
  if (!symbol) return text;
  const sign = currencySymbol(currency);
  return text.startsWith("−") ? `−${sign}${text.slice(1)}` : `${sign}${text}`;
}

const isZero = (value: unknown) => /^-?0+(\.0+)?$/.test(asDecimal(value) ?? "");

const MoneyDisplay = ({ field, value, row, env, place }: DisplayProps) => {
  // a column of amounts is read by its gaps: zero is a dash there
  if (isEmpty(value) || (isColumn(place) && isZero(value))) return <Nothing />;
  const amount = asDecimal(value);
  const foreign = currencyOf(field, env, row) !== env.currency;
  return (
    <span className={amount && isNegative(amount) ? "t-bad" : undefined}>
      {isColumn(place) && foreign && <span className="dim xs">{currencyOf(field, env, row)} </span>}
      {amountText(value, field, env, row, !isColumn(place))}
    </span>
  );
};

export const money: FieldModule = {
  ...decimal,
  type: "money",
  width: () => 120,
  Display: MoneyDisplay,
  toText: (value, field, env, row) => amountText(value, field, env, row, true),
  parse: (input, field, env) => parseNumber(input, field.decimals, env),
};
