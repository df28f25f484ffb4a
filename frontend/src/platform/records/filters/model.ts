/**
 * Filters of a list: one model for chips, the address bar, saved views and the request.
 * A filter is one query parameter (`status__in=draft,confirmed`); chips group the filters of a field.
 */
import { isSpan, spanRange } from "../../fields/date/iso";

export const OPERATORS = ["eq", "in", "contains", "gte", "lte", "gt", "lt", "isnull", "within"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  field: string;
  op: Operator;
  value: string;
}

export interface ListState {
  /** Key of the tab: `all`, a server view's key, or `saved-<id>`. Undefined = the default tab. */
  view?: string;
  /** The filters differ from those of the view, so the address holds all of them. */
  edited: boolean;
  search: string;
  filters: Filter[];
  sort: string[];
  group?: string;
}

/** Words of the address bar that are ours; everything else is a filter. */
const RESERVED = new Set(["view", "edited", "q", "sort", "by", "tab"]);

/** Words of a request that are the API's: a field of that name is asked for with its operator, `order__eq=40`. */
const API_WORDS = new Set(["search", "order", "fields", "limit", "cursor", "count", "totals", "group", "sum", "format"]);
const requestParam = (filter: Filter): string => (filter.op === "eq" && API_WORDS.has(filter.field) ? `${filter.field}__eq` : filterParam(filter));

const isOperator = (text: string): text is Operator => (OPERATORS as readonly string[]).includes(text);

export function parseFilter(name: string, value: string): Filter {
  const at = name.lastIndexOf("__");
  const op = at > 0 ? name.slice(at + 2) : "";
  return isOperator(op) ? { field: name.slice(0, at), op, value } : { field: name, op: "eq", value };
}

export const filterParam = ({ field, op }: Filter): string => (op === "eq" ? field : `${field}__${op}`);

export const fromRecord = (filters: Record<string, unknown> | undefined): Filter[] =>
  Object.entries(filters ?? {}).map(([name, value]) =>
    parseFilter(name, Array.isArray(value) ? value.join(",") : String(value)));

export const toRecord = (filters: Filter[]): Record<string, string> =>
  Object.fromEntries(filters.map((filter) => [filterParam(filter), filter.value]));

export function parseListState(search: string): ListState {
  const params = new URLSearchParams(search);
  const filters: Filter[] = [];
  for (const [name, value] of params) if (!RESERVED.has(name) && value !== "") filters.push(parseFilter(name, value));
  const sort = (params.get("sort") ?? "").split(",").filter(Boolean);
  return {
    view: params.get("view") ?? undefined,
    edited: params.get("edited") === "1" || filters.length > 0 || sort.length > 0,
    search: params.get("q") ?? "",
    filters,
    sort,
    group: params.get("by") ?? undefined,
  };
}

/** The address of a state. A view as it was saved is just its name; a changed one carries everything. */
export function serializeListState(state: ListState): string {
  const params = new URLSearchParams();
  if (state.view) params.set("view", state.view);
  if (state.search) params.set("q", state.search);
  if (state.edited) {
    for (const filter of state.filters) params.set(filterParam(filter), filter.value);
    if (state.sort.length) params.set("sort", state.sort.join(","));
    if (!state.filters.length && !state.sort.length) params.set("edited", "1");
  }
  if (state.group) params.set("by", state.group);
  // commas and dots are legal in a query; leaving them readable makes addresses one can say aloud
  return params.toString().replace(/%2C/g, ",");
}

export interface Chip {
  field: string;
  filters: Filter[];
}

/** Filters grouped by field, in the order in which the fields first appear. */
export function chipsOf(filters: Filter[]): Chip[] {
  const chips = new Map<string, Chip>();
  for (const filter of filters) {
    const chip = chips.get(filter.field) ?? { field: filter.field, filters: [] };
    chip.filters.push(filter);
    chips.set(filter.field, chip);
  }
  return [...chips.values()];
}

export const replaceField = (filters: Filter[], field: string, next: Filter[]): Filter[] => {
  const at = filters.findIndex((filter) => filter.field === field);
  const rest = filters.filter((filter) => filter.field !== field);
  if (at < 0) return [...rest, ...next];
  const before = filters.slice(0, at).filter((filter) => filter.field !== field).length;
  return [...rest.slice(0, before), ...next, ...rest.slice(before)];
};

export interface Now {
  today: string;
  memberId?: number | string;
}

/** Request parameters: relative spans become days, `me` becomes the member who looks. */
export function toRequest(filters: Filter[], now: Now): Record<string, string> {
  const params: Record<string, string> = {};
  for (const filter of filters) {
    if (filter.op === "within") {
      if (!isSpan(filter.value)) continue;
      const { from, to } = spanRange(filter.value, now.today);
      if (from) params[`${filter.field}__gte`] = from;
      if (to) params[`${filter.field}__lte`] = to;
    } else if (filter.value === "me" && now.memberId !== undefined) {
      params[requestParam(filter)] = String(now.memberId);
    } else {
      params[requestParam(filter)] = filter.value;
    }
  }
  return params;
}

export const sameFilters = (a: Filter[], b: Filter[]): boolean => {
  const text = (filters: Filter[]) => JSON.stringify(Object.entries(toRecord(filters)).sort());
  return text(a) === text(b);
};

/** Clicking a head: ascending, descending, off. With `add` (shift) other columns stay as further keys. */
export function toggleSort(sort: string[], field: string, add = false): string[] {
  const ascending = sort.includes(field);
  const descending = sort.includes(`-${field}`);
  const next = ascending ? [`-${field}`] : descending ? [] : [field];
  if (!add) return next;
  const rest = sort.filter((key) => key !== field && key !== `-${field}`);
  return [...rest, ...next];
}
