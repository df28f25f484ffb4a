/** Columns of a line grid: those the line entity lists, plus what must be typed. */
import { fieldModule } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldByPath, fieldPath, valueAt } from "../entity";
import type { EntityMeta, FieldMeta } from "../types";
import { formFields } from "./values";

const HIDDEN = new Set(["id", "version", "position", "line_number", "line_no", "sequence"]);

export interface LineColumn {
  field: FieldMeta;
  path: string;
  width: number;
  grow: boolean;
  end: boolean;
  writable: boolean;
}

/** Chinese characters are twice as wide as Latin letters. */
/** A sheet is denser than a list; only a whole date, year and all, needs more room while it is typed. */
const breath = (field: FieldMeta, align?: "end"): number => (field.type === "date" ? 12 : align === "end" ? -18 : -8);

const headWidth = (label: string) => [...label].reduce((width, ch) => width + (ch > "\u2e7f" ? 13 : 6.6), 22);

export function lineColumns(entity: EntityMeta, parentKey?: string): LineColumn[] {
  const writable = new Set(formFields(entity, true));
  const shown = (field: FieldMeta) => !field.hidden && !HIDDEN.has(field.key) && (parentKey === undefined || field.ref !== parentKey);
  const listed = entity.list.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined);
  const needed = [...writable].filter((field) => field.required && !listed.includes(field));
  const fields = [...needed.filter((field) => field.type === "ref"), ...listed, ...needed.filter((field) => field.type !== "ref")]
    .filter(shown);
  const columns = fields.map((field) => {
    const module = fieldModule(field.type);
    return {
      field, path: fieldPath(field), width: Math.max(module.width(field) + breath(field, module.align), headWidth(field.label)), grow: false,
      end: module.align === "end", writable: writable.has(field),
    };
  });
  const wide = columns.find((column) => column.field.ref === "shared.product") ?? columns.find((column) => column.field.type === "ref") ?? columns.find((column) => column.field.type === "text") ?? columns[0];
  if (wide) Object.assign(wide, { grow: true, width: 184 });
  return columns;
}

/** Below this the grid scrolls sideways instead of squeezing the column that grows. */
export const leastWidth = (columns: LineColumn[], more = 0): number => columns.reduce((sum, column) => sum + column.width, more);

const isNothing = (value: unknown) => isEmpty(value) || value === false || (typeof value === "string" && /^-?0(\.0+)?$/.test(value));

/** Whether all that a description says is what the product beside it says; then one column is enough for both. */
export function repeatsProduct(columns: LineColumn[], lines: Record<string, unknown>[]): boolean {
  const product = columns.find((column) => column.field.ref === "shared.product");
  if (!product || !columns.some((column) => column.path === "description")) return false;
  return lines.every((line) => {
    const named = valueAt(line, product.path) as { label?: string } | null;
    const words = String(line.description ?? "");
    return !named?.label || words === "" || named.label === words || named.label.startsWith(`${words} `);
  });
}

/** Columns worth their room for these lines: what is empty in all of them says nothing. */
export function tellingColumns(columns: LineColumn[], lines: Record<string, unknown>[]): LineColumn[] {
  const units = new Set(columns.map((column) => column.field.unit_field).filter(Boolean));
  return columns.filter((column) => column.field.required || column.field.type === "money"
    || (!units.has(column.path) && lines.some((line) => !isNothing(valueAt(line, column.path)))));
}

/** Whether a quantity is in a unit that none of these rows has: the second one, of goods that are not weighed. */
export const hasNoUnit = (field: FieldMeta, rows: readonly Record<string, unknown>[]): boolean =>
  Boolean(field.unit_field && field.unit_field !== "unit") && !rows.some((row) => !isEmpty(row[field.unit_field!]));

/** Columns of a grid that is typed into: all that can be typed, and of the rest what there is something to read in. `asked`: paths that somebody has to fill. */
export function typedColumns(columns: LineColumn[], lines: Record<string, unknown>[], asked: ReadonlySet<string> = new Set()): LineColumn[] {
  const units = new Set(columns.map((column) => column.path));
  return columns
    .filter((column) => (column.writable && (!hasNoUnit(column.field, lines) || asked.has(column.path))) || column.field.type === "money" || lines.some((line) => !isNothing(valueAt(line, column.path))))
    // a unit in a column of its own is not said again behind each quantity
    .map((column) => (column.field.unit_field && units.has(column.field.unit_field) ? { ...column, field: { ...column.field, unit_field: null } } : column));
}
