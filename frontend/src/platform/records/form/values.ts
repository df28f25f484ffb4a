/** Values of a form: where they start, what of them the server gets, and what is wrong before it is asked. */
import { isDecimal } from "../../fields/decimal/exact";
import { isPending } from "../../fields/ref";
import { fieldModule } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { canWrite, fieldPath, valueAt, withValue } from "../entity";
import type { EntityMeta, FieldMeta, Row } from "../types";
import { sameValue } from "./merge";

export type Values = Record<string, unknown>;

/** A line of the form. `_key` keeps its identity on screen and never leaves it. */
export interface Line extends Values {
  _key: string;
  id?: number | string;
}

const NUMBERS = new Set(["integer", "decimal", "money", "quantity", "percent"]);

let counter = 0;
export const newLineKey = (): string => `line-${Date.now().toString(36)}-${(counter += 1)}`;

export const formFields = (entity: EntityMeta, creating: boolean): FieldMeta[] =>
  entity.fields.filter((field) => !field.hidden && canWrite(field, creating) && field.key !== entity.lines?.field
    && field.key !== entity.state_field && !["id", "version", "custom"].includes(field.key));

/** What is typed in a line; the reference to its own document is the document's business. */
export const lineFields = (lines: EntityMeta, parent: EntityMeta): FieldMeta[] =>
  formFields(lines, true).filter((field) => field.ref !== parent.key);

export const startValue = (field: FieldMeta): unknown =>
  field.default !== null && field.default !== undefined ? field.default : fieldModule(field.type).empty;

export function newLine(lines: EntityMeta, parentKey?: string): Line {
  let line: Line = { _key: newLineKey() };
  for (const field of formFields(lines, true)) if (parentKey === undefined || field.ref !== parentKey) line = withValue(line, fieldPath(field), startValue(field));
  return line;
}

export function blankValues(entity: EntityMeta, preset: Values = {}): Values {
  let values: Values = {};
  for (const field of formFields(entity, true)) values = withValue(values, fieldPath(field), startValue(field));
  if (entity.lines) values[entity.lines.field] = [];
  for (const [path, value] of Object.entries(preset)) values = withValue(values, path, value);
  return values;
}

export function valuesOf(entity: EntityMeta, row: Row): Values {
  let values: Values = {};
  for (const field of formFields(entity, false)) {
    const path = fieldPath(field);
    values = withValue(values, path, valueAt(row, path) ?? fieldModule(field.type).empty);
  }
  if (entity.lines) {
    const lines = (row[entity.lines.field] as Values[] | undefined) ?? [];
    values[entity.lines.field] = lines.map((line) => ({ ...line, _key: `id-${String(line.id)}` }));
  }
  return values;
}

export const linesOf = (entity: EntityMeta, values: Values): Line[] =>
  entity.lines ? ((values[entity.lines.field] as Line[] | undefined) ?? []) : [];

/** A line nobody has typed into: the waiting row at the end of the grid. */
export function isBlankLine(line: Line, fields: FieldMeta[]): boolean {
  return line.id === undefined && fields.every((field) => {
    const value = valueAt(line, fieldPath(field));
    return isEmpty(value) || sameValue(value, startValue(field));
  });
}

const wire = (field: FieldMeta, value: unknown): unknown => {
  const { toWire } = fieldModule(field.type);
  return toWire ? toWire(value) : value === undefined ? null : value;
};

function wireLine(line: Line, fields: FieldMeta[]): Values {
  let body: Values = line.id === undefined ? {} : { id: line.id };
  for (const field of fields) {
    const path = fieldPath(field);
    const value = valueAt(line, path);
    if (line.id === undefined && isEmpty(value) && field.type !== "boolean") continue;
    body = withValue(body, path, wire(field, value));
  }
  return body;
}

export interface Body {
  body: Values;
  /** Index of a sent line → its index on screen; blank lines are not sent. */
  sentRows: number[];
}

/** Fields that stand on no form: what a module's part asks for itself, the reason of a change. */
const askedApart = (entity: EntityMeta, values: Values, creating: boolean): FieldMeta[] =>
  entity.fields.filter((field) => field.hidden && canWrite(field, creating) && field.key !== entity.lines?.field && !isEmpty(valueAt(values, fieldPath(field))));

/** What to send: everything when creating, only what changed when editing. Lines go whole or not at all. */
export function bodyOf(entity: EntityMeta, lines: EntityMeta | undefined, values: Values, before: Values | null): Body {
  let body: Values = {};
  for (const field of formFields(entity, before === null)) {
    const path = fieldPath(field);
    const value = valueAt(values, path);
    if (before ? sameValue(value, valueAt(before, path)) : isEmpty(value) && field.type !== "boolean") continue;
    body = withValue(body, path, wire(field, value));
  }
  for (const field of askedApart(entity, values, before === null)) body = withValue(body, fieldPath(field), wire(field, valueAt(values, fieldPath(field))));
  const sentRows: number[] = [];
  if (entity.lines) {
    const fields = lines ? lineFields(lines, entity) : [];
    const now = linesOf(entity, values);
    const kept = now.filter((line, index) => {
      const keep = !isBlankLine(line, fields);
      if (keep) sentRows.push(index);
      return keep;
    });
    const wired = kept.map((line) => wireLine(line, fields));
    const changed = before === null || !sameValue(wired, linesOf(entity, before).map((line) => wireLine(line, fields)));
    if (changed && (before !== null || wired.length > 0)) body[entity.lines.field] = wired;
  }
  return { body, sentRows };
}

export interface LocalMessages {
  required: string;
  notNumber: string;
  notFound: (text: string) => string;
}

function checkField(field: FieldMeta, value: unknown, messages: LocalMessages): string | undefined {
  if (isPending(value)) return messages.notFound(value.lookup);
  if (isEmpty(value)) return field.required && field.type !== "boolean" ? messages.required : undefined;
  if (NUMBERS.has(field.type) && !isDecimal(value) && typeof value !== "number") return messages.notNumber;
  return undefined;
}

/** What can be known to be wrong without asking: empty required fields, text that is no number. */
export function checkValues(entity: EntityMeta, lines: EntityMeta | undefined, values: Values, creating: boolean, messages: LocalMessages): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of formFields(entity, creating)) {
    const message = checkField(field, valueAt(values, fieldPath(field)), messages);
    if (message) found[fieldPath(field)] = message;
  }
  const fields = lines ? lineFields(lines, entity) : [];
  linesOf(entity, values).forEach((line, index) => {
    if (isBlankLine(line, fields)) return;
    for (const field of fields) {
      const message = checkField(field, valueAt(line, fieldPath(field)), messages);
      if (message) found[`${entity.lines!.field}.${index}.${fieldPath(field)}`] = message;
    }
  });
  return found;
}

/** Values as a draft keeps them: plain JSON without screen keys would lose focus, so keys stay. */
export const isDirty = (values: Values, before: Values): boolean =>
  Object.keys({ ...values, ...before }).some((key) => !sameValue(values[key], before[key]));
