/** Input of a reference: searches as one types, shows label and code, creates what is missing where allowed. */
import { RefSelect } from "./ref-select";
import { asRef, isPending } from ".";
import type { InputProps } from "../types";

export function RefInput({ field, value, onChange, row: _row, env: _env, states: _states, ...rest }: InputProps) {
  return (
    <RefSelect {...rest} entity={field.ref ?? ""} filter={field.ref_filter} clearable={!field.required || field.nullable}
      value={isPending(value) ? null : asRef(value)} pending={isPending(value) ? value.lookup : undefined} onChange={onChange} />
  );
}
