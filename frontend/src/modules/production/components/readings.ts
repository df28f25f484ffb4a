/** Readings as people type them, and which pieces are outside of the limits before they are sent. The server decides. */
import { compare, parseDecimal, trimZeros } from "@/platform/fields/decimal/exact";

export interface CheckRow {
  id: number;
  name: string;
  kind: "measured" | "attribute";
  unit: string;
  lower: string | null;
  upper: string | null;
  values: string[] | null;
  bad_pieces: number[] | null;
}

export interface Typed {
  text: string;
  /** Good or bad: somebody looked, and none is bad. */
  none: boolean;
}

const parts = (text: string): string[] => text.split(/[\s;；，、]+/).filter((one) => one !== "");

export const typedOf = (check: CheckRow): Typed =>
  check.kind === "measured"
    ? { text: (check.values ?? []).map((one) => trimZeros(String(one))).join(" "), none: false }
    : { text: (check.bad_pieces ?? []).join(" "), none: check.bad_pieces?.length === 0 };

export interface Judged {
  /** What is sent; nothing while nothing was typed. */
  sent: { values: string[] } | { bad_pieces: number[] } | null;
  /** Words that are no reading, or no piece of the sample. */
  wrong: string[];
  bad: number[];
  count: number;
}

export function judge(check: CheckRow, typed: Typed, size: number): Judged {
  const words = parts(typed.text);
  if (check.kind === "measured") {
    const values = words.map((one) => parseDecimal(one));
    const wrong = words.filter((_, index) => values[index] === null);
    const outside = (value: string) => (check.lower !== null && compare(value, check.lower) < 0) || (check.upper !== null && compare(value, check.upper) > 0);
    const bad = values.flatMap((value, index) => (value !== null && outside(value) ? [index + 1] : []));
    return { sent: words.length === 0 ? null : { values: values.map((value, index) => value ?? words[index]!) }, wrong, bad, count: words.length };
  }
  const wrong = words.filter((one) => !/^\d+$/.test(one) || Number(one) < 1 || Number(one) > size);
  const bad = [...new Set(words.map(Number))].filter((one) => Number.isInteger(one)).sort((a, b) => a - b);
  const looked = typed.none || words.length > 0;
  return { sent: looked ? { bad_pieces: typed.none ? [] : bad } : null, wrong: typed.none ? [] : wrong, bad: typed.none ? [] : bad, count: looked ? size : 0 };
}
