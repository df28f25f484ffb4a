/** What a chip may say about a field, and how a chip's words become filters and back. */
import { isSpan } from "../../fields/date/iso";
import { fieldModule, fieldText } from "../../fields/registry";
import type { ChipOperator, FieldEnv } from "../../fields/types";
import type { FieldMeta, StateMeta } from "../types";
import type { Chip, Filter } from "./model";

const NEEDS: Record<ChipOperator, string[]> = {
  is: ["eq", "in"], not: ["in"], contains: ["contains"], gte: ["gte"], lte: ["lte"], gt: ["gt"], lt: ["lt"], between: ["gte", "lte"], within: ["gte", "lte"],
  empty: ["isnull"], filled: ["isnull"],
};

/** Operators that both the field type and the server know. `is` needs one of its two, the others all. */
export function operatorsOf(field: FieldMeta): ChipOperator[] {
  const server = field.filters;
  const own = fieldModule(field.type).operators;
  if (!server) return own;
  return own.filter((op) => (op === "is" ? NEEDS.is.some((need) => server.includes(need)) : NEEDS[op].every((need) => server.includes(need))));
}

export const isFilterable = (field: FieldMeta): boolean => !field.hidden && operatorsOf(field).length > 0;

export interface ChipContent {
  op: ChipOperator;
  values: string[];
}

export const splitValues = (value: string): string[] => value.split(",").map((item) => item.trim()).filter(Boolean);

/** A chip as its editor sees it. Choosing all but a few of a closed list reads better as "is not". */
export function contentOf(chip: Chip, choices: string[] = []): ChipContent {
  const by = (op: Filter["op"]) => chip.filters.find((filter) => filter.op === op)?.value;
  const within = by("within");
  if (within !== undefined) return { op: "within", values: [within] };
  const isnull = by("isnull");
  if (isnull !== undefined) return { op: isnull === "true" || isnull === "1" ? "empty" : "filled", values: [] };
  const contains = by("contains");
  if (contains !== undefined) return { op: "contains", values: [contains] };
  const from = by("gte");
  const to = by("lte");
  if (from !== undefined && to !== undefined) return { op: "between", values: [from, to] };
  if (from !== undefined) return { op: "gte", values: [from] };
  if (to !== undefined) return { op: "lte", values: [to] };
  const [above, below] = [by("gt"), by("lt")];
  if (above !== undefined) return { op: "gt", values: [above] };
  if (below !== undefined) return { op: "lt", values: [below] };
  const values = splitValues(by("in") ?? by("eq") ?? "");
  const others = choices.filter((choice) => !values.includes(choice));
  if (choices.length >= 4 && values.length > choices.length / 2 && others.length > 0 && values.every((value) => choices.includes(value))) {
    return { op: "not", values: others };
  }
  return { op: "is", values };
}

/** Dates come before and after, numbers are less and more. */
export const operatorKey = (op: ChipOperator, field: FieldMeta): string =>
  (["gte", "lte", "gt", "lt"].includes(op) && (field.type === "date" || field.type === "datetime") ? `filter.op.${op}Date` : `filter.op.${op}`);

/** The filters that a chip's words mean; empty when nothing is chosen, which takes the chip away. */
export function filtersOf(field: string, { op, values }: ChipContent, choices: string[] = []): Filter[] {
  const given = values.filter((value) => value !== "");
  switch (op) {
    case "empty": return [{ field, op: "isnull", value: "true" }];
    case "filled": return [{ field, op: "isnull", value: "false" }];
    case "between": {
      const [from = "", to = ""] = values;
      return [...(from ? [{ field, op: "gte" as const, value: from }] : []), ...(to ? [{ field, op: "lte" as const, value: to }] : [])];
    }
    case "not": {
      const kept = choices.filter((choice) => !given.includes(choice));
      return given.length === 0 ? [] : [{ field, op: "in", value: kept.join(",") }];
    }
    case "is":
      if (given.length === 0) return [];
      return given.length === 1 ? [{ field, op: "eq", value: given[0]! }] : [{ field, op: "in", value: given.join(",") }];
    case "within": return given[0] && isSpan(given[0]) ? [{ field, op: "within", value: given[0] }] : [];
    default: return given[0] ? [{ field, op, value: given[0] }] : [];
  }
}

/** Values of a closed list: choices, states, yes and no. */
export function choicesOf(field: FieldMeta, env: FieldEnv, states?: StateMeta[]): { value: string; label: string; kind?: string }[] {
  if (states?.length) return states.map((state) => ({ value: state.value, label: state.label, kind: state.kind }));
  if (field.type === "boolean") return [{ value: "true", label: env.t("yes") }, { value: "false", label: env.t("no") }];
  return field.choices ?? [];
}

export function valueText(field: FieldMeta, value: string, env: FieldEnv, states: StateMeta[] | undefined, labels: Record<string, string>): string {
  if (value === "me") return env.t("me");
  if (isSpan(value)) return env.t(`span.${value}`);
  // the server counts days from today too: `today-30`
  const relative = /^today([+-])(\d+)$/.exec(value);
  if (relative) return env.t(relative[1] === "-" ? "daysAgo" : "daysAhead", { count: Number(relative[2]) });
  const choice = choicesOf(field, env, states).find((item) => item.value === value);
  if (choice) return choice.label;
  if (field.type === "ref") return labels[value] ?? `#${value}`;
  return fieldText(value, field, env);
}
