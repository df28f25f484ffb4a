import { Checkbox, Select } from "antd";
import type { InputProps } from "../types";

/** A box to tick; where "not known" is an answer too, three choices. */
export function BooleanInput({ field, value, onChange, env, row: _row, inCell, states: _states, status, placeholder: _placeholder, size, ...rest }: InputProps) {
  if (!field.nullable) {
    return (
      <Checkbox id={rest.id} disabled={rest.disabled} autoFocus={rest.autoFocus} checked={value === true} aria-label={rest["aria-label"]}
        onChange={(event) => onChange(event.target.checked)}>{inCell ? null : field.label}</Checkbox>
    );
  }
  return (
    <Select {...rest} size={size} status={status} allowClear variant={inCell ? "borderless" : "outlined"}
      value={value === null || value === undefined ? undefined : String(value)}
      options={[{ value: "true", label: env.t("yes") }, { value: "false", label: env.t("no") }]}
      onChange={(next: string | undefined) => onChange(next === undefined ? null : next === "true")} />
  );
}
