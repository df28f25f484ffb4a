/** Questions about entity metadata, in one place: which field, which column, which action now. */
import type { ActionMeta, EntityMeta, FieldMeta, Row, StateMeta } from "./types";

/** Keys of custom fields in rows, filters and forms are `custom.<key>`. */
export const fieldPath = (field: FieldMeta): string =>
  field.custom && !field.key.startsWith("custom.") ? `custom.${field.key}` : field.key;

export const fieldByPath = (entity: EntityMeta, path: string): FieldMeta | undefined =>
  entity.fields.find((field) => fieldPath(field) === path || field.key === path);

export function valueAt(row: Record<string, unknown>, path: string): unknown {
  if (!path.startsWith("custom.")) return row[path];
  const custom = row.custom;
  return custom && typeof custom === "object" ? (custom as Record<string, unknown>)[path.slice(7)] : undefined;
}

/** A copy of `row` with the value at `path` replaced; custom values live one level down. */
export function withValue<T extends Record<string, unknown>>(row: T, path: string, value: unknown): T {
  if (!path.startsWith("custom.")) return { ...row, [path]: value };
  return { ...row, custom: { ...(row.custom as Record<string, unknown> | undefined), [path.slice(7)]: value } };
}

const NEVER_LISTED = new Set(["id", "version"]);

/** Taken in by imports and forms, never given out: nothing to show, sort or filter. */
export const isWriteOnly = (field: FieldMeta): boolean =>
  !field.read_only && !field.custom && field.sortable === false && field.filters?.length === 0 && field.type !== "json";

export const visibleFields = (entity: EntityMeta): FieldMeta[] =>
  entity.fields.filter((field) => !field.hidden && !NEVER_LISTED.has(field.key) && !isWriteOnly(field) && field.key !== entity.lines?.field);

export const stateField = (entity: EntityMeta): FieldMeta | undefined =>
  entity.state_field ? fieldByPath(entity, entity.state_field) : undefined;

export function stateOf(entity: EntityMeta, row: Row | undefined): StateMeta | undefined {
  if (!entity.state_field || !row) return undefined;
  const value = row[entity.state_field];
  return entity.states?.find((state) => state.value === value);
}

export function stateMeta(entity: EntityMeta, value: unknown): StateMeta | undefined {
  return entity.states?.find((state) => state.value === value);
}

/** Text of the record's title: the title field, else its id. */
export function titleOf(entity: EntityMeta, row: Row | undefined): string {
  if (!row) return "";
  const value = valueAt(row, entity.title_field);
  if (value && typeof value === "object" && "label" in value) return String((value as { label: unknown }).label);
  if (value === null || value === undefined || value === "") return `#${row.id}`;
  return fieldByPath(entity, entity.title_field)?.choices?.find((choice) => String(choice.value) === String(value))?.label ?? String(value);
}

/** Whether the row is of the kind that the action is for: a credit note, not an invoice. */
export const appliesTo = (action: ActionMeta, row: Row | undefined): boolean =>
  Object.entries(action.when ?? {}).every(([field, values]) => row !== undefined && values.includes(String(row[field])));

/** What nobody can fill in on an ordinary page is asked for elsewhere: on a tab of its own. */
const askable = (action: ActionMeta): boolean => !action.params?.some((param) => param.required && param.hidden);

export function actionsFor(entity: EntityMeta, row: Row | undefined): ActionMeta[] {
  const state = entity.state_field && row ? String(row[entity.state_field]) : undefined;
  return (entity.actions ?? []).filter((action) => (!action.states?.length || (state !== undefined && action.states.includes(state))) && askable(action) && appliesTo(action, row));
}

const inOneOf = (states: string[] | undefined, entity: EntityMeta, row: Row): boolean =>
  !states?.length || !entity.state_field || states.includes(String(row[entity.state_field]));

/** Whether the record's state, too, leaves room for a change: an accepted quote is not edited. */
export const canUpdate = (entity: EntityMeta, row: Row): boolean => entity.can.update && inOneOf(entity.update_states, entity, row);
export const canDelete = (entity: EntityMeta, row: Row): boolean => entity.can.delete && inOneOf(entity.delete_states, entity, row);

export const canWrite = (field: FieldMeta, creating: boolean): boolean =>
  !field.read_only && (creating || !field.write_once);

export const recordPath = (entity: EntityMeta, id: number | string): string => `${entity.route}/${id}`;
