/** Numbers as text, the way the visual language wants them. Decimals stay strings: nothing here becomes a float. */

const PLAIN = /^-?\d+(\.\d+)?$/;
const MINUS = "\u2212";

export interface NumberFormat {
  /** Exactly so many digits behind the point; without it the value keeps its own. */
  places?: number | null;
  /** Drop zeros at the end that carry nothing. */
  trim?: boolean;
  /** Zero as an en dash, where many zeros would hide the figures. */
  dashZero?: boolean;
}

/** Half up, away from zero, on the digits themselves. */
function rounded(digits: string, places: number): string {
  const [whole = "0", fraction = ""] = digits.split(".");
  if (fraction.length <= places) return places === 0 ? whole : `${whole}.${fraction.padEnd(places, "0")}`;
  const kept = BigInt(whole + fraction.slice(0, places)) + (fraction.charCodeAt(places) >= 53 ? 1n : 0n);
  const text = kept.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}

const grouped = (whole: string) => whole.replace(/\B(?=(\d{3})+$)/g, ",");
const isZero = (digits: string) => !/[1-9]/.test(digits);

/** `"-1234.5"` → `−1,234.50`. What is no plain decimal comes back as it is, visibly. */
export function formatNumber(value: string | number | null | undefined, { places, trim, dashZero }: NumberFormat = {}): string {
  if (value === null || value === undefined || value === "") return "";
  const text = String(value);
  if (!PLAIN.test(text)) return text;
  let digits = text.replace("-", "");
  if (places !== null && places !== undefined) digits = rounded(digits, places);
  if (trim && digits.includes(".")) digits = digits.replace(/0+$/, "").replace(/\.$/, "");
  if (dashZero && isZero(digits)) return "–";
  const [whole = "0", fraction] = digits.split(".");
  const sign = text.startsWith("-") && !isZero(digits) ? MINUS : "";
  return `${sign}${grouped(whole)}${fraction === undefined ? "" : `.${fraction}`}`;
}

const symbols = new Map<string, string>();

/** ¥ for CNY, $ for USD; a code that has no sign keeps its letters and a space. */
export function currencySymbol(currency: string): string {
  const known = symbols.get(currency);
  if (known !== undefined) return known;
  let symbol = `${currency} `;
  try {
    const part = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0).find((piece) => piece.type === "currency");
    if (part && part.value !== currency) symbol = part.value;
  } catch {
    // Not an ISO currency (points, company credit): its letters say enough.
  }
  symbols.set(currency, symbol);
  return symbol;
}

/** With the symbol, for a figure that stands alone; columns carry the currency in their head instead. */
export function formatMoney(value: string | null | undefined, currency: string, places = 2): string {
  const text = formatNumber(value, { places });
  if (text === "") return "";
  const symbol = currencySymbol(currency);
  return text.startsWith(MINUS) ? `${MINUS}${symbol}${text.slice(1)}` : `${symbol}${text}`;
}

export const formatQuantity = (value: string | null | undefined, unit?: string): string => {
  const text = formatNumber(value, { trim: true });
  return unit && text ? `${text} ${unit}` : text;
};

/** Percent that arrives as a share of a hundred: `"12.1"` → `12.1%`. */
export const formatPercent = (value: string | null | undefined, places: number | null = 1): string => {
  const text = formatNumber(value, { places });
  return text === "" ? "" : `${text}%`;
};

const kilo = 1024;
const sizes = ["B", "KB", "MB", "GB", "TB"];

/** Bytes as people read them: `1610612736` → `1.5 GB`. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= kilo && unit < sizes.length - 1) {
    size /= kilo;
    unit += 1;
  }
  return `${formatNumber(Math.round(size * 10) / 10)} ${sizes[unit]}`;
}
