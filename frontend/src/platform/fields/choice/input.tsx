import { Select } from "antd";
import { Mark } from "@/ui/status";
import { isEmpty, type InputProps } from "../types";

/** One of a list; searchable once the list is long. */
export function ChoiceInput({ field, value, onChange, env: _env, row: _row, inCell, states, ...rest }: InputProps) {
  const options = (field.choices ?? []).map((item) => {
    const state = states?.find((known) => known.value === item.value);
    return { value: String(item.value), text: item.label, label: state ? <span className="row"><Mark kind={state.kind} />{item.label}</span> : item.label };
  });
  return (
    <Select {...rest} className="fld-wide" value={isEmpty(value) ? undefined : String(value)} options={options}
      allowClear={!field.required || field.nullable} showSearch={options.length > 7 ? { optionFilterProp: "text" } : false}
      variant={inCell ? "borderless" : "outlined"} suffixIcon={inCell ? null : undefined}
      onChange={(next: string | undefined) => onChange(next ?? null)} />
  );
}
