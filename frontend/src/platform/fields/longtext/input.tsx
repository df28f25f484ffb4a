import { Input } from "antd";
import { asText } from "../text";
import type { InputProps } from "../types";

/** Grows with what is written. In a grid cell it stays one line. */
export function LongTextInput({ field, value, onChange, env: _env, row: _row, inCell, states: _states, ...rest }: InputProps) {
  if (inCell) return <Input {...rest} variant="borderless" value={asText(value)} onChange={(event) => onChange(event.target.value)} />;
  return (
    <Input.TextArea {...rest} autoSize={{ minRows: 3, maxRows: 14 }} value={asText(value)} maxLength={field.max_length ?? undefined}
      onChange={(event) => onChange(event.target.value)} />
  );
}
