/** How far a line's quantity is covered. Proportions for drawing; the amounts themselves stay decimal strings. */
import type { Row } from "@/platform/records/types";

const amount = (line: Row, key: string) => Number(line[key] ?? 0);
/** Quantities have at most six decimals; what is left of adding binary fractions goes. */
const exact = (value: number) => Math.max(0, Math.round(value * 1e6) / 1e6);

/** Ordered, not called off and not delivered yet. */
export const openOf = (line: Row): number => exact(amount(line, "base_quantity") - amount(line, "cancelled") - amount(line, "delivered"));

/** Open and not even locked. */
export const shortOf = (line: Row): number => exact(openOf(line) - amount(line, "reserved"));

export interface CoverOf {
  delivered: number;
  locked: number;
  short: number;
  /** Delivered or locked, of all that is to be. */
  covered: number;
  wanted: number;
}

export function coverOf(line: Row): CoverOf {
  const delivered = amount(line, "delivered");
  const locked = amount(line, "reserved");
  const short = shortOf(line);
  return { delivered, locked, short, covered: exact(delivered + locked), wanted: exact(delivered + locked + short) };
}
