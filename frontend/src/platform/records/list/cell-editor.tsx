/** One cell while it is typed into: Enter and leaving save, Escape gives up, Tab goes on to the next. */
import { useRef, useState, type KeyboardEvent } from "react";
import type { FieldEnv } from "../../fields/types";
import { FieldInput } from "../../fields/inputs";
import { isDecimal } from "../../fields/decimal/exact";
import { sameValue } from "../form/merge";
import type { FieldMeta, Row, StateMeta } from "../types";

export interface CellEditorProps {
  field: FieldMeta;
  value: unknown;
  row: Row;
  env: FieldEnv;
  states?: StateMeta[];
  onSave: (value: unknown) => void;
  onDone: (next?: "next" | "previous") => void;
}

const AT_ONCE = new Set(["choice", "date", "boolean", "ref"]);
const NUMBERS = new Set(["integer", "decimal", "money", "quantity", "percent"]);

export function CellEditor({ field, value, row, env, states, onSave, onDone }: CellEditorProps) {
  const [now, setNow] = useState(value);
  const done = useRef(false);
  const broken = NUMBERS.has(field.type) && now !== null && now !== "" && !isDecimal(now) && typeof now !== "number";

  function finish(result: unknown, next?: "next" | "previous") {
    if (done.current) return;
    done.current = true;
    if (!sameValue(result, value)) onSave(result);
    onDone(next);
  }
  function onKeyDown(event: KeyboardEvent) {
    const listOpen = (event.target as Element).getAttribute("aria-expanded") === "true";
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      done.current = true;
      onDone();
    } else if ((event.key === "Enter" && !listOpen) || event.key === "Tab") {
      event.preventDefault();
      if (!broken) finish(now, event.key === "Tab" ? (event.shiftKey ? "previous" : "next") : undefined);
    }
  }
  return (
    <span className="cell-edit" onKeyDown={onKeyDown} onClick={(event) => event.stopPropagation()}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget) || AT_ONCE.has(field.type)) return;
        if (broken) { done.current = true; onDone(); } else finish(now);
      }}>
      <FieldInput field={field} value={now} row={row} env={env} states={states} inCell size="small" autoFocus aria-label={field.label} status={broken ? "error" : undefined}
        onChange={(next) => { setNow(next); if (AT_ONCE.has(field.type)) finish(next); }} />
    </span>
  );
}
