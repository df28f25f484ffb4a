import { FieldDisplay } from "../registry";
import type { InputProps } from "../types";

/** What we cannot type we show, so that the rest of the form still works. */
export const UnknownInput = ({ field, value, env, row }: InputProps) => (
  <FieldDisplay field={field} value={value} env={env} row={row} place="detail" />
);
