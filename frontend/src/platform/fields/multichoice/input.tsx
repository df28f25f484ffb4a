import { Select } from "antd";
import type { InputProps } from "../types";

/** Several of a list. */
export function MultiChoiceInput({ field, value, onChange, env: _env, row: _row, inCell, states: _states, ...rest }: InputProps) {
  const options = (field.choices ?? []).map((item) => ({ value: item.value, label: item.label }));
  return (
    <Select {...rest} className="fld-wide" mode="multiple" maxTagCount="responsive" options={options} showSearch={{ optionFilterProp: "label" }}
      value={Array.isArray(value) ? (value as string[]) : []} variant={inCell ? "borderless" : "outlined"}
      onChange={(next: string[]) => onChange(next)} />
  );
}
