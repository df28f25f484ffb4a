/** A moment, typed and picked on the clock of the company whatever clock this computer has. */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { isEmpty, type InputProps } from "../types";
import { localMoment, momentOf } from ".";

export function DateTimeInput({ field: _field, value, onChange, env, row: _row, inCell, states: _states, ...rest }: InputProps) {
  const wall = isEmpty(value) ? null : dayjs(localMoment(String(value), env.timeZone));
  return (
    <DatePicker {...rest} className="fld-wide" showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" value={wall?.isValid() ? wall : null}
      variant={inCell ? "borderless" : "outlined"} placeholder={rest.placeholder ?? ""}
      onChange={(next) => onChange(next ? momentOf(next.format("YYYY-MM-DD"), next.format("HH:mm"), env.timeZone) : null)} />
  );
}
