/** The calendar of pages without the record engine: takes and gives plain days (2026-12-31). */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { DayProps } from "./day-field";

const FORMATS = ["YYYY-MM-DD", "YYYY/M/D", "YYYY.M.D", "YYYYMMDD", "M-D", "M/D"];
const asDay = (day: string | undefined) => (day ? dayjs(day) : undefined);

export function DayPicker({ value, onChange, min, max, clearable, ...rest }: DayProps) {
  return (
    <DatePicker {...rest} className="fld-wide" format={FORMATS} value={asDay(value || undefined) ?? null} allowClear={clearable ?? false} placeholder=""
      minDate={asDay(min)} maxDate={asDay(max)} onChange={(next) => onChange(next ? next.format("YYYY-MM-DD") : "")} />
  );
}
