/**
 * Input for every kind of number. It is a text field on purpose: antd's own number input goes through floats.
 * What is typed stays as typed while the field has the focus; on leaving it becomes a plain decimal, shown grouped.
 */
import { Input } from "antd";
import { useState, type KeyboardEvent } from "react";
import { currencyOf } from "../money";
import { unitOf } from "../quantity";
import { fieldModule } from "../registry";
import { isEmpty, type InputProps } from "../types";
import { currencySymbol, formatNumber } from "@/ui/format/number";
import { add, isDecimal, trimZeros } from "./exact";

export function DecimalInput({ field, value, onChange, env, row, inCell, states: _states, ...rest }: InputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const plain = isEmpty(value) ? "" : String(value);
  const trims = field.type === "quantity" || field.type === "percent" || field.type === "integer";
  const shown = typed ?? (isDecimal(plain) ? formatNumber(plain, { trim: trims }) : plain);

  function take(text: string) {
    setTyped(text);
    const result = fieldModule(field.type).parse(text, field, env);
    // text that is no number is kept and marked, so that nothing typed is lost; saving is refused until it is mended
    onChange(result.ok ? result.value : text);
  }

  /** Arrow keys step by one outside of a grid, where they move between rows instead. */
  function step(event: KeyboardEvent) {
    if (inCell || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    setTyped(null);
    onChange(add(isDecimal(plain) ? plain : "0", event.key === "ArrowUp" ? "1" : "-1"));
  }

  const prefix = field.type === "money" ? currencySymbol(currencyOf(field, env, row)).trim() : undefined;
  const suffix = field.type === "percent" ? "%" : field.type === "quantity" ? unitOf(field, row) || undefined : undefined;
  return (
    <Input {...rest} className="fld-number" inputMode={field.type === "integer" ? "numeric" : "decimal"} autoComplete="off"
      variant={inCell ? "borderless" : "outlined"} value={shown}
      prefix={!inCell && prefix ? <span className="dim">{prefix}</span> : undefined}
      suffix={!inCell && suffix ? <span className="dim">{suffix}</span> : undefined}
      onFocus={(event) => {
        setTyped(isDecimal(plain) ? (trims ? trimZeros(plain) : plain) : plain);
        const input = event.target;
        requestAnimationFrame(() => input.select());
      }}
      onBlur={() => setTyped(null)}
      onKeyDown={step}
      onChange={(event) => take(event.target.value)} />
  );
}
