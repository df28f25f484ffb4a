/**
 * Exact decimals kept as strings, the way the API sends them. No number ever becomes a float here:
 * money and quantities go in as text, are reckoned with BigInt, and come out as text.
 */
interface Parts {
  unit: bigint;
  scale: number;
}

const PLAIN = /^-?\d+(\.\d+)?$/;
const ten = (n: number) => 10n ** BigInt(n);

export const isDecimal = (value: unknown): value is string => typeof value === "string" && PLAIN.test(value);

function split(value: string): Parts {
  if (!PLAIN.test(value)) throw new RangeError(`not a decimal: ${value}`);
  const [whole = "0", fraction = ""] = value.split(".");
  return { unit: BigInt(whole + fraction), scale: fraction.length };
}

function join({ unit, scale }: Parts): string {
  const negative = unit < 0n;
  const digits = (negative ? -unit : unit).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative && unit !== 0n ? `-${text}` : text;
}

function align(a: string, b: string): [bigint, bigint, number] {
  const x = split(a);
  const y = split(b);
  const scale = Math.max(x.scale, y.scale);
  return [x.unit * ten(scale - x.scale), y.unit * ten(scale - y.scale), scale];
}

export function add(a: string, b: string): string {
  const [x, y, scale] = align(a, b);
  return join({ unit: x + y, scale });
}

export function subtract(a: string, b: string): string {
  const [x, y, scale] = align(a, b);
  return join({ unit: x - y, scale });
}

export function multiply(a: string, b: string): string {
  const x = split(a);
  const y = split(b);
  return join({ unit: x.unit * y.unit, scale: x.scale + y.scale });
}

/** Quotient rounded half up (away from zero) to `places`. */
export function divide(a: string, b: string, places: number): string {
  const [x, y] = align(a, b);
  if (y === 0n) throw new RangeError("division by zero");
  return round(join({ unit: (x * ten(places + 1)) / y, scale: places + 1 }), places);
}

export function compare(a: string, b: string): number {
  const [x, y] = align(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export const isZero = (value: string): boolean => split(value).unit === 0n;
export const isNegative = (value: string): boolean => split(value).unit < 0n;

/** Moves the decimal point: `shift("13", -2)` is 0.13. */
export function shift(value: string, by: number): string {
  const { unit, scale } = split(value);
  const moved = scale - by;
  return moved >= 0 ? join({ unit, scale: moved }) : join({ unit: unit * ten(-moved), scale: 0 });
}

/** Half up, away from zero: what invoices use. */
export function round(value: string, places: number): string {
  const { unit, scale } = split(value);
  if (scale <= places) return join({ unit: unit * ten(places - scale), scale: places });
  const cut = ten(scale - places);
  const half = cut / 2n;
  const rounded = unit >= 0n ? (unit + half) / cut : -((-unit + half) / cut);
  return join({ unit: rounded, scale: places });
}

/** Sum of the values that are decimals; the others (null, text) do not count. */
export const sum = (values: Iterable<unknown>): string => {
  let total = "0";
  for (const value of values) if (isDecimal(value)) total = add(total, value);
  return total;
};

/** Drops zeros behind the point that carry nothing: 12.500 → 12.5, 3.000 → 3. */
export const trimZeros = (value: string): string =>
  value.includes(".") ? value.replace(/0+$/, "").replace(/\.$/, "") : value;

const FULL_WIDTH = /[０-９．，－（）％]/g;
const narrow = (text: string) =>
  text.replace(FULL_WIDTH, (ch) => String.fromCharCode(ch.charCodeAt(0) - 0xfee0));

/**
 * What a person typed or pasted → a plain decimal, or null when it is no number.
 * Understands thousands commas, full-width digits, currency signs, brackets for negatives and the real minus sign.
 */
export function parseDecimal(input: string): string | null {
  let text = narrow(input).replace(/[\s\u00a0']/g, "").replace(/[−–—]/g, "-").replace(/[¥￥$€£%]|CNY|USD|EUR|元$/gi, "");
  if (text === "") return null;
  const bracketed = /^\((.+)\)$/.exec(text);
  if (bracketed) text = `-${bracketed[1]}`;
  if (text.endsWith("-")) text = `-${text.slice(0, -1)}`;
  if (text.startsWith("+")) text = text.slice(1);
  if (text.includes(",")) {
    if (!/^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)) return null;
    text = text.replace(/,/g, "");
  }
  if (/^-?\.\d+$/.test(text)) text = text.replace(".", "0.");
  if (/^-?\d+\.$/.test(text)) text = text.slice(0, -1);
  if (!PLAIN.test(text)) return null;
  const negative = text.startsWith("-");
  const bare = (negative ? text.slice(1) : text).replace(/^0+(?=\d)/, "");
  return negative && !/^[0.]+$/.test(bare) ? `-${bare}` : bare;
}
