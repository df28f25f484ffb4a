/** Moments, shown on the clock of the company. */
import { isIsoDate, parseDate } from "../date/iso";
import { formatDay } from "@/ui/format/date";
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const clocks = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-21 14:05" on the clock of `timeZone`. */
export function localMoment(value: string, timeZone: string): string {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return value;
  let clock = clocks.get(timeZone);
  if (!clock) {
    try {
      clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    } catch {
      clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
    }
    clocks.set(timeZone, clock);
  }
  return clock.format(moment);
}

/** The moment that a wall clock in `timeZone` calls `day time`. */
export function momentOf(day: string, time: string, timeZone: string): string {
  const guess = Date.parse(`${day}T${time}:00Z`);
  const seen = Date.parse(`${localMoment(new Date(guess).toISOString(), timeZone).replace(" ", "T")}:00Z`);
  return new Date(guess - (seen - guess)).toISOString();
}

/** Today only the hour; this year month, day and hour. */
export function momentText(value: string, timeZone: string, today: string): string {
  const local = localMoment(value, timeZone);
  const day = local.slice(0, 10);
  if (!isIsoDate(day)) return local;
  return day === today ? local.slice(11) : `${formatDay(day, today)} ${local.slice(11)}`;
}

const DateTimeDisplay = ({ value, env, place }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  const local = localMoment(String(value), env.timeZone);
  return <time dateTime={String(value)} title={local}>{place === "detail" ? local : momentText(String(value), env.timeZone, env.today)}</time>;
};

export const datetime: FieldModule = {
  type: "datetime",
  align: "end",
  width: () => 124,
  span: 1,
  operators: ["within", "between", "gte", "lte", "empty", "filled"],
  empty: null,
  Display: DateTimeDisplay,
  toText: (value, _field, env) => (isEmpty(value) ? "" : isIsoDate(value) ? formatDay(value, env.today) : momentText(String(value), env.timeZone, env.today)),
  parse: (input, _field, env) => {
    const text = input.trim();
    if (text === "") return parsed(null);
    if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return parsed(text);
    const day = parseDate(text, env.today);
    const time = /(\d{1,2}):(\d{2})/.exec(text);
    if (!day) return refused(env.t("notDate", { text }));
    return parsed(momentOf(day, time ? `${time[1]!.padStart(2, "0")}:${time[2]}` : "00:00", env.timeZone));
  },
};
