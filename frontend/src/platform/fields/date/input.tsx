/** Calendar day: typed in any usual way, or picked. */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { isEmpty, type InputProps } from "../types";
import { isIsoDate } from "./iso";

const FORMATS = ["YYYY-MM-DD", "YYYY/M/D", "YYYY.M.D", "YYYYMMDD", "M-D", "M/D"];

export function DateInput({ field: _field, value, onChange, env: _env, row: _row, inCell, states: _states, ...rest }: InputProps) {
  const day = !isEmpty(value) && isIsoDate(String(value).slice(0, 10)) ? dayjs(String(value).slice(0, 10)) : null;
  return (
    <DatePicker {...rest} className="fld-wide" format={FORMATS} value={day} variant={inCell ? "borderless" : "outlined"}
      suffixIcon={inCell ? null : undefined} placeholder={rest.placeholder ?? ""}
      onChange={(next) => onChange(next ? next.format("YYYY-MM-DD") : null)} />
  );
}
