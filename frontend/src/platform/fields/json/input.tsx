import { Input } from "antd";
import { useState } from "react";
import { isEmpty, type InputProps } from "../types";

/** Structured data as text; it becomes a value once it reads as JSON. */
export function JsonInput({ field: _field, value, onChange, env, row: _row, inCell: _inCell, states: _states, status, ...rest }: InputProps) {
  const [text, setText] = useState(() => (isEmpty(value) ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2)));
  const [broken, setBroken] = useState(false);
  return (
    <>
      <Input.TextArea {...rest} className="fld-mono" status={broken ? "error" : status} autoSize={{ minRows: 3, maxRows: 16 }} value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value.trim() === "") return setBroken(false), onChange(null);
          try {
            onChange(JSON.parse(event.target.value));
            setBroken(false);
          } catch {
            setBroken(true);
          }
        }} />
      {broken && <span className="t-bad xs">{env.t("notJson")}</span>}
    </>
  );
}
