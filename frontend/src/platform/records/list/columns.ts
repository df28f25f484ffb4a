/** Which columns a list shows, how wide and on which side, from metadata and the person's choice. */
import { fieldModule } from "../../fields/registry";
import { fieldByPath, fieldPath, visibleFields } from "../entity";
import type { EntityMeta, FieldMeta } from "../types";

export interface GridColumn {
  path: string;
  field: FieldMeta;
  label: string;
  width: number;
  grow: boolean;
  end: boolean;
  sortable: boolean;
  /** The record's own name: link, weight 500, never scrolled away. */
  key: boolean;
}

const CJK = /[\u3000-\u9fff\uff00-\uffef]/g;
/** Rough width of a head at 12 px medium, with room for the sort arrow. */
const headWidth = (label: string) => {
  const wide = label.match(CJK)?.length ?? 0;
  return Math.ceil(wide * 12 + (label.length - wide) * 6.8) + 38;
};

export function columnOf(entity: EntityMeta, field: FieldMeta, currency?: string): GridColumn {
  const module = fieldModule(field.type);
  const isState = field.key === entity.state_field;
  const isKey = field.key === entity.title_field;
  const label = field.type === "money" && currency && !field.currency_field ? `${field.label}, ${currency}` : field.label;
  // numbers of documents are short; codes may be words, and a name must not be cut while other columns have room
  const keyWidth = field.key === "number" ? 124 : 160;
  const base = isState ? 148 : isKey && field.type === "text" && !isNameLike(field) ? keyWidth : field.ref === "shared.currency" ? 80 : module.width(field);
  return {
    path: fieldPath(field), field, label,
    width: Math.max(base, headWidth(label)),
    // room that is left goes to who and what it is about, not to every text
    grow: !isState && (field.key === entity.subtitle_field ? field.type === "ref" || isNameLike(field) : isKey ? field.type === "ref" || isNameLike(field) : field.type === "longtext"),
    end: module.align === "end",
    sortable: field.sortable === true,
    key: isKey,
  };
}

const isNameLike = (field: FieldMeta) => /name|title|subject|label/.test(field.key);

export function columnsOf(entity: EntityMeta, chosen: string[] | undefined, currency?: string): GridColumn[] {
  const fields = (chosen?.length ? chosen : entity.list)
    .map((path) => fieldByPath(entity, path))
    .filter((field): field is FieldMeta => field !== undefined && !field.hidden);
  const every = [...new Set(fields)];
  // the reference says the name already, unless somebody chose to see it twice
  const unique = chosen?.length ? every : every.filter((field) => !every.some((other) => other.type === "ref" && field.key === `${other.key}_name`));
  const title = fieldByPath(entity, entity.title_field);
  // the record's name is always there: it is what opens it
  if (title && !unique.includes(title)) unique.unshift(title);
  const list = unique.length > 0 ? unique : visibleFields(entity).slice(0, 6);
  const shown = new Set(list.map(fieldPath));
  // a unit in a column of its own is not said again behind each quantity
  const columns = list.map((field) => columnOf(entity, field.unit_field && shown.has(field.unit_field) ? { ...field, unit_field: null } : field, currency));
  if (!columns.some((column) => column.grow) && columns[0]) {
    const widest = columns.find((column) => fieldModule(column.field.type).grow && !column.key) ?? columns.find((column) => column.key) ?? columns[0];
    widest.grow = true;
  }
  return columns;
}

/** All columns that may be chosen: those shown first, in their order, then the others. */
export function choosable(entity: EntityMeta, shown: GridColumn[]): { field: FieldMeta; path: string; on: boolean }[] {
  const on = new Set(shown.map((column) => column.path));
  return [
    ...shown.map((column) => ({ field: column.field, path: column.path, on: true })),
    ...visibleFields(entity).filter((field) => !on.has(fieldPath(field)) && field.type !== "json")
      .map((field) => ({ field, path: fieldPath(field), on: false })),
  ];
}
