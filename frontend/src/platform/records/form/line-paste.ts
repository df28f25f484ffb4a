/** A block copied from a spreadsheet → lines. Reads tabs, quotes and a header row; keeps what it cannot read, with the reason. */
import { fieldModule } from "../../fields/registry";
import type { FieldEnv } from "../../fields/types";
import { fieldPath, withValue } from "../entity";
import type { FieldMeta } from "../types";
import type { Line } from "./values";

/** Cells of tab-separated text; quoted cells may hold tabs, line breaks and doubled quotes. */
export function parseClipboard(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n");
  for (let at = 0; at < source.length; at += 1) {
    const ch = source[at]!;
    if (quoted) {
      if (ch !== '"') cell += ch;
      else if (source[at + 1] === '"') { cell += '"'; at += 1; }
      else quoted = false;
    } else if (ch === '"' && cell === "") quoted = true;
    else if (ch === "\t") { row.push(cell); cell = ""; }
    else if (ch === "\n") { rows.push([...row, cell]); row = []; cell = ""; }
    else cell += ch;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((item) => item.trim() !== ""));
}

export const isBlock = (text: string): boolean => /[\t\n]/.test(text.replace(/\s+$/, ""));

const sameWord = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** A first row that names columns tells which column each cell belongs to. */
function headerOf(cells: string[], columns: FieldMeta[]): (FieldMeta | undefined)[] | null {
  const named = cells.map((cell) => columns.find((field) => sameWord(field.label, cell) || sameWord(field.key, cell)));
  const hits = named.filter(Boolean).length;
  return hits >= 2 || (hits === 1 && cells.length === 1) ? named : null;
}

export interface Pasted {
  lines: Line[];
  /** By `<row>.<path>`: what could not be read. */
  problems: Record<string, string>;
}

export interface PasteTarget {
  lines: Line[];
  columns: FieldMeta[];
  row: number;
  column: number;
  blank: () => Line;
  writable: (field: FieldMeta) => boolean;
}

export function pasteBlock(cells: string[][], target: PasteTarget, env: FieldEnv): Pasted {
  const { columns, blank, writable } = target;
  const header = cells[0] ? headerOf(cells[0], columns) : null;
  const body = header ? cells.slice(1) : cells;
  // without a header the block starts at the focused column and passes over what cannot be written
  const order = header ?? columns.slice(target.column).filter(writable);
  const lines = [...target.lines];
  const problems: Record<string, string> = {};
  body.forEach((row, offset) => {
    const at = target.row + offset;
    let line = lines[at] ?? blank();
    row.forEach((text, index) => {
      const field = order[index];
      if (!field || !writable(field)) return;
      const result = fieldModule(field.type).parse(text, field, env);
      line = withValue(line, fieldPath(field), result.ok ? result.value : text);
      if (!result.ok) problems[`${at}.${fieldPath(field)}`] = result.message;
    });
    lines[at] = line;
  });
  return { lines, problems };
}
