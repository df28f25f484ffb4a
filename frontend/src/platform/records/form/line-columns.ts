/** Columns of a line grid: those the line entity lists, plus what must be typed. */
import { fieldModule } from "../../fields/registry";
import { fieldByPath, fieldPath } from "../entity";
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

export function lineColumns(entity: EntityMeta, parentKey?: string): LineColumn[] {
  const writable = new Set(formFields(entity, true));
  const listed = entity.list.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined);
  const needed = [...writable].filter((field) => field.required && !listed.includes(field));
  const fields = [...needed.filter((field) => field.type === "ref"), ...listed, ...needed.filter((field) => field.type !== "ref")]
    .filter((field) => !field.hidden && !HIDDEN.has(field.key) && (parentKey === undefined || field.ref !== parentKey));
  const columns = fields.map((field) => {
    const module = fieldModule(field.type);
    return {
      field, path: fieldPath(field), width: Math.max(module.width(field) - 8, field.label.length * 7 + 28), grow: false,
      end: module.align === "end", writable: writable.has(field),
    };
  });
  const wide = columns.find((column) => column.field.type === "ref") ?? columns.find((column) => column.field.type === "text") ?? columns[0];
  if (wide) wide.grow = true;
  return columns;
}
