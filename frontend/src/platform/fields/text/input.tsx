/** Input for short text, e-mail, phone and web address. */
import { Input } from "antd";
import { asText } from ".";
import type { InputProps } from "../types";

const KIND: Record<string, { type: string; mode?: "email" | "tel" | "url" }> = {
  email: { type: "email", mode: "email" }, phone: { type: "tel", mode: "tel" }, url: { type: "url", mode: "url" },
};

export function TextInput({ field, value, onChange, env: _env, row: _row, inCell, states: _states, ...rest }: InputProps) {
  const kind = KIND[field.type];
  return (
    <Input {...rest} type={kind?.type ?? "text"} inputMode={kind?.mode} value={asText(value)} maxLength={field.max_length ?? undefined}
      variant={inCell ? "borderless" : "outlined"} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
  );
}
