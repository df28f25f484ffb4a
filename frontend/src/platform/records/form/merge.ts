/**
 * Somebody else saved first: compares what I started from, what I have now and what is stored now.
 * Fields only one side touched merge by themselves; only real collisions are asked about.
 */
import { valueAt, withValue } from "../entity";
import type { Row } from "../types";

export type Choice = "mine" | "theirs";

export interface Difference {
  path: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
  /** Both changed it, and not to the same thing. */
  conflict: boolean;
  /** What applies unless the person says otherwise. */
  choice: Choice;
}

/** Values as the server would compare them: references by id, lines by content, empty text and null alike. */
export function comparable(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable));
  if (typeof value === "object") {
    if ("id" in value && "label" in value) return `ref:${String((value as { id: unknown }).id)}`;
    const entries = Object.entries(value).filter(([key, item]) => !key.startsWith("_") && comparable(item) !== "");
    return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, comparable(item)]));
  }
  return String(value);
}

export const sameValue = (a: unknown, b: unknown): boolean => comparable(a) === comparable(b);

export function differences(base: Row, mine: Record<string, unknown>, theirs: Row, paths: string[]): Difference[] {
  const found: Difference[] = [];
  for (const path of paths) {
    const [before, ours, stored] = [valueAt(base, path), valueAt(mine, path), valueAt(theirs, path)];
    const iChanged = !sameValue(before, ours);
    const theyChanged = !sameValue(before, stored);
    if ((!iChanged && !theyChanged) || sameValue(ours, stored)) continue;
    found.push({
      path, base: before, mine: ours, theirs: stored,
      conflict: iChanged && theyChanged,
      choice: iChanged ? "mine" : "theirs",
    });
  }
  return found;
}

/** The stored row with my side of every chosen field on top: what will be saved with the stored version. */
export function mergeRows(theirs: Row, decided: Difference[]): Row {
  return decided.reduce<Row>(
    (row, item) => (item.choice === "mine" ? withValue(row, item.path, item.mine) : row), theirs);
}
