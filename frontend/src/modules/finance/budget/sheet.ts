/** What a sheet of a budget does without the page: reading what was pasted, spreading a year, adding up. Amounts are
 * whole cents inside, so that parts add up. */

/** "1,234.5" → "1234.50"; "" and "-" → "0.00"; undefined when it is no amount. */
export function amountOf(text: string): string | undefined {
  const plain = text.trim().replace(/[,\s¥$€]/g, "").replace(/^\((.*)\)$/, "-$1").replace(/^−/, "-");
  if (plain === "" || plain === "-" || plain === "–") return "0.00";
  if (!/^-?\d+(\.\d{0,2})?$/.test(plain)) return undefined;
  return fromCents(toCents(plain));
}

export function toCents(amount: string): bigint {
  const [whole = "0", part = ""] = amount.replace("-", "").split(".");
  const cents = BigInt(whole) * 100n + BigInt(`${part}00`.slice(0, 2));
  return amount.startsWith("-") ? -cents : cents;
}

export function fromCents(cents: bigint): string {
  const size = cents < 0n ? -cents : cents;
  return `${cents < 0n ? "-" : ""}${size / 100n}.${String(size % 100n).padStart(2, "0")}`;
}

export const sumOf = (amounts: (string | null)[]): string => fromCents(amounts.reduce((sum, amount) => sum + toCents(amount ?? "0"), 0n));

/** A year's amount in equal parts, the cents that are left to the first months. */
export function spread(total: string, months: number): string[] {
  const cents = toCents(total), count = BigInt(months);
  const left = cents % count;
  const sign = cents < 0n ? -1n : 1n;
  return Array.from({ length: months }, (_, at) => fromCents(cents / count + (BigInt(at) < left * sign ? sign : 0n)));
}

/** Amounts grown by so many per cent, each rounded to the cent. */
export const grow = (amounts: string[], percent: number): string[] =>
  amounts.map((amount) => fromCents(BigInt(Math.round(Number(toCents(amount)) * (1 + percent / 100)))));

/** What a sheet put on the clipboard, as rows of cells; a first column of words (names of accounts) is left out. */
export function pasted(text: string): string[][] {
  const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  const words = rows.every((row) => row.length > 1 && amountOf(row[0] ?? "") === undefined);
  return words ? rows.map((row) => row.slice(1)) : rows;
}

export const monthName = (month: string, language: string): string =>
  new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en", { month: "short", timeZone: "UTC" }).format(new Date(`${month}T00:00:00Z`));
