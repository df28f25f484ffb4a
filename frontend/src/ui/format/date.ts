/** Dates as text: 12-04 this year, 2024-12-04 otherwise. A date is a plain day; only a moment has a time zone. */

const DAY = /^(\d{4})-(\d{2})-(\d{2})/;

/** `2026-12-04` → `12-04` in the year of `today`, else unchanged. */
export function formatDay(day: string | null | undefined, today: string): string {
  if (!day) return "";
  const match = DAY.exec(day);
  if (!match) return day;
  return match[1] === today.slice(0, 4) ? `${match[2]}-${match[3]}` : `${match[1]}-${match[2]}-${match[3]}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let known = formatters.get(timeZone);
  if (!known) {
    const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    try {
      known = new Intl.DateTimeFormat("en-CA", { ...options, timeZone });
    } catch {
      known = new Intl.DateTimeFormat("en-CA", options);
    }
    formatters.set(timeZone, known);
  }
  return known;
}

/** Day and clock of a moment in the zone of the person. */
export function momentParts(moment: string, timeZone: string): { day: string; clock: string } | null {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return null;
  const part = Object.fromEntries(formatter(timeZone).formatToParts(date).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, clock: `${part.hour}:${part.minute}` };
}

/** `09:42` when it was today, else `11-18 09:42`. */
export function formatMoment(moment: string | null | undefined, timeZone: string, today: string): string {
  if (!moment) return "";
  const parts = momentParts(moment, timeZone);
  if (!parts) return moment;
  return parts.day === today ? parts.clock : `${formatDay(parts.day, today)} ${parts.clock}`;
}

const noon = (day: string) => Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)), 12);

/** Whole days from `a` to `b`: negative when `b` is earlier. */
export const daysBetween = (a: string, b: string): number => Math.round((noon(b) - noon(a)) / 86_400_000);

export function addDays(day: string, days: number): string {
  return new Date(noon(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Friday 21 November · 11 月 21 日 周五, for page heads and boards. */
export function formatLongDay(day: string, language: "en" | "zh"): string {
  const date = new Date(noon(day));
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options }).format(date);
  if (language === "zh") return `${date.getUTCMonth() + 1} 月 ${date.getUTCDate()} 日 ${part({ weekday: "short" })}`;
  return `${part({ weekday: "long" })} ${part({ day: "numeric", month: "long" })}`;
}
