/** Puts the errors of a problem document where they belong: at a field, in a cell of a line, or above the form. */
import type { FieldProblem } from "../types";

export interface PlacedProblems {
  /** By path: `customer`, `custom.colour`, `lines.0.quantity`. */
  fields: Record<string, string>;
  /** Those that fit no field of this form; shown above it so that nothing is swallowed. */
  general: string[];
}

export const noProblems: PlacedProblems = { fields: {}, general: [] };

/** `lines[0].quantity`, `lines/0/quantity` and `lines.0.quantity.0` all mean the same cell. */
export const normalizePath = (path: string): string =>
  path.replace(/\[(\d+)\]/g, ".$1").replace(/\//g, ".").replace(/^\.+|\.+$/g, "");

/**
 * `rowOf` maps the index of a line as it was sent to the index on screen (empty rows are not sent).
 */
export function placeProblems(
  errors: FieldProblem[] | undefined,
  known: Iterable<string>,
  linesKey?: string,
  rowOf: (sent: number) => number = (sent) => sent,
): PlacedProblems {
  const paths = new Set(known);
  const placed: PlacedProblems = { fields: {}, general: [] };
  const put = (path: string, message: string) => {
    placed.fields[path] = placed.fields[path] ? `${placed.fields[path]} ${message}` : message;
  };
  for (const error of errors ?? []) {
    const path = normalizePath(error.field ?? "");
    const line = linesKey ? new RegExp(`^${linesKey}\\.(\\d+)(?:\\.(.+))?$`).exec(path) : null;
    if (line) {
      put(`${linesKey}.${rowOf(Number(line[1]))}${line[2] ? `.${line[2]}` : ""}`, error.message);
    } else if (paths.has(path)) {
      put(path, error.message);
    } else if (paths.has(`custom.${path}`)) {
      put(`custom.${path}`, error.message);
    } else {
      const head = path.split(".")[0] ?? "";
      if (paths.has(head)) put(head, error.message);
      else if (path && path !== "non_field_errors" && path !== "__all__") placed.general.push(`${path}: ${error.message}`);
      else placed.general.push(error.message);
    }
  }
  return placed;
}

export const withoutProblem = (problems: PlacedProblems, path: string): PlacedProblems => {
  if (!(path in problems.fields)) return problems;
  const fields = { ...problems.fields };
  delete fields[path];
  return { ...problems, fields };
};

/** Path of the first problem in the order of the form, to move the focus there. */
export const firstProblem = (problems: PlacedProblems, order: string[]): string | undefined =>
  order.find((path) => path in problems.fields) ?? Object.keys(problems.fields)[0];
