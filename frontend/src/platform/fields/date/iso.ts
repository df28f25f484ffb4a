/** Calendar arithmetic on ISO dates ("2026-11-21"): no time zones, no moments. */

import { addDays } from "@/ui/format/date";

export const isIsoDate = (text: unknown): text is string =>
  typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

const toUtc = (iso: string) => Date.parse(`${iso}T00:00:00Z`);
const fromUtc = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export function startOf(iso: string, unit: "week" | "month" | "quarter" | "year"): string {
  const date = new Date(toUtc(iso));
  if (unit === "week") return addDays(iso, -((date.getUTCDay() + 6) % 7)); // weeks start on Monday
  const month = date.getUTCMonth();
  const first = unit === "month" ? month : unit === "quarter" ? month - (month % 3) : 0;
  return fromUtc(Date.UTC(date.getUTCFullYear(), first, 1));
}

export function addMonths(iso: string, months: number): string {
  const date = new Date(toUtc(iso));
  return fromUtc(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}

/** Relative spans a filter may name. They are kept in the URL and in saved views, and resolved at each request. */
export const SPANS = [
  "today", "yesterday", "tomorrow", "this-week", "last-7-days", "next-7-days", "last-30-days", "next-30-days",
  "this-month", "last-month", "next-month", "this-quarter", "this-year", "past", "future",
] as const;
export type Span = (typeof SPANS)[number];
export const isSpan = (text: string): text is Span => (SPANS as readonly string[]).includes(text);

export interface DateRange {
  from?: string;
  to?: string;
}

/** First and last day of a span, seen from the business date of the company. */
export function spanRange(span: Span, today: string): DateRange {
  const month = startOf(today, "month");
  switch (span) {
    case "today": return { from: today, to: today };
    case "yesterday": return { from: addDays(today, -1), to: addDays(today, -1) };
    case "tomorrow": return { from: addDays(today, 1), to: addDays(today, 1) };
    case "this-week": return { from: startOf(today, "week"), to: addDays(startOf(today, "week"), 6) };
    case "last-7-days": return { from: addDays(today, -6), to: today };
    case "next-7-days": return { from: today, to: addDays(today, 6) };
    case "last-30-days": return { from: addDays(today, -29), to: today };
    case "next-30-days": return { from: today, to: addDays(today, 29) };
    case "this-month": return { from: month, to: addDays(addMonths(month, 1), -1) };
    case "last-month": return { from: addMonths(month, -1), to: addDays(month, -1) };
    case "next-month": return { from: addMonths(month, 1), to: addDays(addMonths(month, 2), -1) };
    case "this-quarter": {
      const start = startOf(today, "quarter");
      return { from: start, to: addDays(addMonths(start, 3), -1) };
    }
    case "this-year": {
      const start = startOf(today, "year");
      return { from: start, to: addDays(addMonths(start, 12), -1) };
    }
    case "past": return { to: addDays(today, -1) };
    case "future": return { from: addDays(today, 1) };
  }
}

const pad = (text: string) => text.padStart(2, "0");

/** Dates as people paste them: 2026-11-21, 2026/11/21, 2026年11月21日, 20261121, 11-21 (this year). */
export function parseDate(input: string, today: string): string | null {
  const text = input.trim().replace(/[T ]\d{1,2}:\d{2}.*$/, "");
  const full = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const short = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  const parts = full ? [full[1]!, full[2]!, full[3]!] : short ? [today.slice(0, 4), short[1]!, short[2]!] : null;
  if (!parts) return null;
  const iso = `${parts[0]}-${pad(parts[1]!)}-${pad(parts[2]!)}`;
  return isIsoDate(iso) && fromUtc(toUtc(iso)) === iso ? iso : null;
}
