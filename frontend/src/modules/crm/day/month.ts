/** The weeks of a month, Monday first, as whole weeks: some days belong to the months beside it. */
import { addDays } from "@/ui/format/date";

export interface Month { first: string; since: string; until: string; weeks: string[][] }

const weekday = (day: string): number => (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;

export function monthOf(day: string): Month {
  const first = `${day.slice(0, 8)}01`;
  const next = addDays(first, 32);
  const last = addDays(`${next.slice(0, 8)}01`, -1);
  const since = addDays(first, -weekday(first));
  const until = addDays(last, 6 - weekday(last));
  const weeks: string[][] = [];
  for (let start = since; start <= until; start = addDays(start, 7)) weeks.push(Array.from({ length: 7 }, (_one, n) => addDays(start, n)));
  return { first, since, until, weeks };
}

export const shifted = (first: string, months: number): string => {
  const index = Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}-01`;
};
