/** Days that come round: every week, every second week, the same day of every month (its last where it has none). */
import { addDays } from "@/ui/format/date";

export type Every = "week" | "fortnight" | "month";

function sameDayLater(day: string, months: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const at = month - 1 + months;
  const inYear = year + Math.floor(at / 12);
  const inMonth = (at % 12) + 1;
  const last = new Date(Date.UTC(inYear, inMonth, 0)).getUTCDate();
  return `${inYear}-${String(inMonth).padStart(2, "0")}-${String(Math.min(date, last)).padStart(2, "0")}`;
}

export const everyFrom = (first: string, every: Every, times: number): string[] =>
  Array.from({ length: times }, (_none, turn) => (every === "month" ? sameDayLater(first, turn) : addDays(first, turn * (every === "week" ? 7 : 14))));
