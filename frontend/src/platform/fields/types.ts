/** What every field type brings: how it looks, how it is typed, filtered and read from pasted text. */
import type { ComponentType } from "react";
import type { FieldMeta, StateMeta } from "../records/types";

/** Everything outside the value that a field needs to show or read it. */
export interface FieldEnv {
  language: string;
  currency: string;
  currencyDecimals: number;
  /** Business date of the company. */
  today: string;
  timeZone: string;
  memberId?: number | string;
  t: (key: string, options?: Record<string, unknown>) => string;
}

/** Where a value stands: a list, the lines of a document, a detail section, large as a fact, a card on a phone. */
export type Place = "cell" | "line" | "detail" | "fact" | "card";

/** In a column the head carries the currency, and one line is all there is. */
export const isColumn = (place: Place): boolean => place === "cell" || place === "line";

export interface DisplayProps {
  field: FieldMeta;
  value: unknown;
  row?: Record<string, unknown>;
  env: FieldEnv;
  place: Place;
  /** Set for the state field of an entity: shape and word instead of plain text. */
  states?: StateMeta[];
}

export interface InputProps {
  id?: string;
  field: FieldMeta;
  value: unknown;
  onChange: (value: unknown) => void;
  row?: Record<string, unknown>;
  env: FieldEnv;
  status?: "error" | "warning";
  disabled?: boolean;
  autoFocus?: boolean;
  size?: "small" | "middle" | "large";
  /** Inside a grid cell: no frame of its own beyond the focus ring. */
  inCell?: boolean;
  placeholder?: string;
  states?: StateMeta[];
  "aria-label"?: string;
  "aria-describedby"?: string;
}

export type Parsed = { ok: true; value: unknown } | { ok: false; message: string };

/** What a chip may say. `is`/`not` choose values, `between` is two bounds, `within` a span that moves with time. */
export type ChipOperator = "is" | "not" | "contains" | "gte" | "lte" | "gt" | "lt" | "between" | "within" | "empty" | "filled";

export interface FieldModule {
  type: string;
  /** Numbers stand at the end of their column. */
  align?: "end";
  /** Column width in px; `grow` columns share what is left. */
  width: (field: FieldMeta) => number;
  grow?: boolean;
  /** Columns of four that the input takes in a form. */
  span: 1 | 2 | 4;
  operators: ChipOperator[];
  empty: unknown;
  Display: ComponentType<DisplayProps>;
  /** Plain words: chips, merge, copying, titles. */
  toText: (value: unknown, field: FieldMeta, env: FieldEnv, row?: Record<string, unknown>) => string;
  /** A pasted or typed text → a value of the form. Empty text is the empty value. */
  parse: (text: string, field: FieldMeta, env: FieldEnv) => Parsed;
  /** Form value → what the API takes. */
  toWire?: (value: unknown) => unknown;
}

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

export const parsed = (value: unknown): Parsed => ({ ok: true, value });
export const refused = (message: string): Parsed => ({ ok: false, message });
