/**
 * Lines typed like a sheet: the focused cell is a field, everything else is text. Tab and arrows move, Enter goes down and
 * adds a line at the end, a block from a spreadsheet can be pasted anywhere, Ctrl-Delete takes a line out.
 */
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { Kbd } from "@/ui/figures";
import "@/ui/styles/grid.css";
import { useFieldEnv } from "../../fields/env";
import { FieldInput } from "../../fields/inputs";
import { isPending } from "../../fields/ref";
import { isEmpty } from "../../fields/types";
import { FieldDisplay, fieldText } from "../../fields/registry";
import { valueAt, withValue } from "../entity";
import type { EntityMeta, FieldMeta } from "../types";
import { leastWidth, lineColumns, typedColumns, type LineColumn } from "./line-columns";
import { isBlock, parseClipboard, pasteBlock } from "./line-paste";
import { useResolveLines } from "./use-line-paste";
import { newLine, type Line, type Values } from "./values";

export interface LineGridProps {
  /** Metadata of the line. */
  entity: EntityMeta;
  linesKey: string;
  /** Key of the document they belong to. */
  parentKey?: string;
  lines: Line[];
  onChange: (lines: Line[]) => void;
  /** All problems of the form; those under `lines.<n>.` are shown here. */
  problems?: Record<string, string>;
  onProblems?: (found: Record<string, string>) => void;
  parent?: Values;
  disabled?: boolean;
  /** Further columns at the end (cover, promise): drawn by a module, never typed into. */
  extra?: { key: string; label: string; width: number; end?: boolean; cell: (line: Line, index: number) => ReactNode }[];
  /** Fills what follows from a change in a line (price of an item, amount). */
  derive?: (line: Line, changed: FieldMeta) => Line;
  title?: string;
  /** Columns that most lines do not need: out of the way until they are asked for, or hold something. */
  rare?: readonly string[];
  /** What the server would put where nothing is typed; shown, not stored. */
  expected?: (line: Line, index: number, path: string) => unknown;
}

interface At {
  row: number;
  column: number;
}

const isTextInput = (node: Element | null): node is HTMLInputElement => node instanceof HTMLInputElement && node.type !== "checkbox";

export function LineGrid(props: LineGridProps) {
  const { entity, linesKey, lines, onChange, problems = {}, onProblems, parent, disabled, extra = [], derive, rare, expected } = props;
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const resolve = useResolveLines();
  const latest = useRef(lines);
  latest.current = lines;
  const every = useMemo(() => lineColumns(entity, props.parentKey), [entity, props.parentKey]);
  // which read-only columns have something to say; a string, so that typing alone does not make new columns
  const asked = useMemo(() => new Set(Object.keys(problems).map((path) => path.split(".").slice(2).join("."))), [problems]);
  const telling = typedColumns(every, lines, asked).map((column) => column.path).join();
  const [all, setAll] = useState(false);
  const columns = useMemo(() => {
    const kept = every.filter((column) => all || !rare?.includes(column.path) || (column.field.type === "text" && latest.current.some((line) => !isEmpty(valueAt(line, column.path)))));
    return typedColumns(kept, latest.current, asked).filter((column) => telling.split(",").includes(column.path));
  }, [every, telling, rare, all, asked]);
  const fields = useMemo(() => columns.map((column) => column.field), [columns]);
  const [at, setAt] = useState<At | null>(null);
  const table = useRef<HTMLTableElement>(null);
  // the waiting row: typing into it makes it a line
  const shown = disabled ? lines : [...lines, { _key: "waiting" } as Line];

  const writables = columns.map((column, index) => (column.writable ? index : -1)).filter((index) => index >= 0);
  const firstColumn = writables[0] ?? 0;

  useEffect(() => {
    if (!at) return;
    const cell = table.current?.querySelector<HTMLElement>(`[data-cell="${at.row}:${at.column}"]`);
    if (cell && !cell.contains(document.activeElement)) (cell.querySelector<HTMLElement>("input,textarea,[tabindex]") ?? cell).focus();
  }, [at]);

  function put(row: number, column: LineColumn, value: unknown) {
    const next = [...latest.current];
    const line = next[row] ?? newLine(entity, props.parentKey);
    const changed = withValue(line, column.path, value);
    next[row] = derive ? derive(changed, column.field) : changed;
    onChange(next);
  }

  function remove(row: number) {
    const gone = latest.current[row];
    if (!gone) return;
    const before = latest.current;
    onChange(before.filter((_, index) => index !== row));
    setAt({ row: Math.min(row, before.length - 1), column: at?.column ?? firstColumn });
    toast({ text: t("lines.removed", { number: row + 1 }), undo: () => onChange([...latest.current.slice(0, row), gone, ...latest.current.slice(row)]) });
  }

  function move(rowStep: number, columnStep: number) {
    if (!at) return;
    if (columnStep === 0) {
      const row = Math.max(0, Math.min(shown.length - 1, at.row + rowStep));
      setAt({ row, column: at.column });
      return;
    }
    const index = writables.indexOf(at.column) + columnStep;
    if (index >= writables.length) setAt({ row: Math.min(at.row + 1, shown.length - 1), column: firstColumn });
    else if (index < 0) { if (at.row > 0) setAt({ row: at.row - 1, column: writables[writables.length - 1] ?? 0 }); }
    else setAt({ row: at.row, column: writables[index]! });
  }

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
    if (!at) return;
    const target = event.target as Element;
    const listOpen = target.getAttribute("aria-expanded") === "true";
    if (event.key === "Tab") {
      const last = !event.shiftKey && at.row === shown.length - 1 && at.column === writables[writables.length - 1];
      const first = event.shiftKey && at.row === 0 && at.column === firstColumn;
      if (last || first) return setAt(null); // out of the grid, on to the rest of the form
      event.preventDefault();
      move(0, event.shiftKey ? -1 : 1);
    } else if (event.key === "Enter" && !listOpen && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) move(-1, 0);
      else setAt({ row: Math.min(at.row + 1, shown.length - 1), column: at.row === shown.length - 2 ? firstColumn : at.column });
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !listOpen) {
      if (target.getAttribute("role") === "combobox" && event.altKey) return; // opens the list
      event.preventDefault();
      event.stopPropagation();
      move(event.key === "ArrowDown" ? 1 : -1, 0);
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && isTextInput(target)) {
      const all = target.selectionStart === 0 && target.selectionEnd === target.value.length;
      const atEdge = event.key === "ArrowLeft" ? target.selectionStart === 0 && target.selectionEnd === 0 : target.selectionStart === target.value.length;
      if (all || atEdge) { event.preventDefault(); move(0, event.key === "ArrowLeft" ? -1 : 1); }
    } else if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      remove(at.row);
    } else if (event.key === "Escape" && !listOpen) {
      (document.activeElement as HTMLElement | null)?.blur();
      setAt(null);
    }
  }

  function onPaste(event: ClipboardEvent<HTMLTableElement>) {
    const text = event.clipboardData.getData("text/plain");
    if (!at || !isBlock(text)) return;
    event.preventDefault();
    const pasted = pasteBlock(parseClipboard(text), {
      lines: latest.current, columns: fields, row: at.row, column: at.column, blank: () => newLine(entity, props.parentKey),
      writable: (field) => columns.some((column) => column.field === field && column.writable),
    }, env);
    onChange(pasted.lines);
    onProblems?.(Object.fromEntries(Object.entries(pasted.problems).map(([path, message]) => [`${linesKey}.${path}`, message])));
    setAt({ row: pasted.lines.length, column: firstColumn });
    void resolve(pasted.lines, fields).then((apply) => onChange(apply(latest.current)));
  }

  const problemOf = (row: number, path: string) => problems[`${linesKey}.${row}.${path}`];
  const told = lines.flatMap((_, row) => {
    const own = Object.entries(problems).filter(([path]) => path === `${linesKey}.${row}` || path.startsWith(`${linesKey}.${row}.`));
    return own.map(([path, message]) => ({ row, path, message, label: columns.find((column) => path.endsWith(`.${column.path}`))?.field.label }));
  });

  function cell(line: Line, row: number, column: LineColumn, index: number) {
    const own = valueAt(line, column.path);
    const ghost = isEmpty(own) || !column.writable ? expected?.(line, row, column.path) : undefined;
    const value = isEmpty(own) || ghost !== undefined ? ghost ?? own : own;
    const waiting = row === lines.length;
    const focused = at?.row === row && at.column === index && column.writable && !disabled;
    const problem = problemOf(row, column.path);
    const state = [column.end ? "num" : "", focused ? "lg-on" : "", problem ? "lg-bad" : "", column.writable ? "lg-in" : ""].filter(Boolean).join(" ");
    return (
      <td key={column.path} className={state || undefined} data-cell={`${row}:${index}`} title={problem}
        tabIndex={column.writable && !focused && !at && (row === 0 || waiting) && index === firstColumn ? 0 : -1}
        onFocus={() => { if (column.writable && (at?.row !== row || at.column !== index)) setAt({ row, column: index }); }}
        onMouseDown={(event) => { if (column.writable && !focused && !disabled) { event.preventDefault(); setAt({ row, column: index }); } }}>
        {focused ? (
          <FieldInput key={line._key} field={column.field} value={own} placeholder={isEmpty(own) && ghost !== undefined ? fieldText(ghost, column.field, env, { ...parent, ...line }) : undefined} onChange={(next) => put(row, column, next)} row={{ ...parent, ...line }} env={env}
            inCell size="small" autoFocus status={problem ? "error" : undefined} aria-label={`${column.field.label}, ${t("lines.line", { number: row + 1 })}`} />
        ) : waiting ? (index === firstColumn ? <span className="dim">{column.field.type === "ref" ? t("lines.next", { label: column.field.label }) : column.field.label}</span> : null)
          : isPending(value) ? <span className="t-warn" title={t("form.notFound", { text: value.lookup })}>{value.lookup}</span>
            : <span className={ghost !== undefined && column.writable ? "lg-ghost" : undefined}><FieldDisplay field={column.field} value={value} row={{ ...parent, ...line }} env={env} place="line" /></span>}
      </td>
    );
  }

  return (
    <>
      <div className="lg-head">
        <h2>{props.title ?? t("lines.title")}</h2><span className="dim">{lines.length}</span><span className="grow" />
        {rare && <Button size="small" variant="text" aria-pressed={all} onClick={() => setAll(!all)}>{t(all ? "lines.fewer" : "lines.allColumns")}</Button>}
        {!disabled && <span className="dim xs lg-hint">{t("lines.paste")} <Kbd>Enter</Kbd> {t("lines.enter")}</span>}
      </div>
      <div className="lg-wrap">
        <table ref={table} className="grid lg" style={{ minWidth: leastWidth(columns, 72 + extra.reduce((sum, column) => sum + column.width, 0)) }} aria-label={props.title ?? t("lines.title")} onKeyDown={onKeyDown} onPaste={onPaste}
          onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget) && !document.querySelector(".ant-select-dropdown:hover,.ant-picker-dropdown:hover")) setAt((known) => (event.relatedTarget ? null : known)); }}>
          <colgroup>
            <col style={{ width: 36 }} />
            {columns.map((column) => <col key={column.path} style={column.grow ? undefined : { width: column.width }} />)}
            {extra.map((column) => <col key={column.key} style={{ width: column.width }} />)}
            {!disabled && <col style={{ width: 36 }} />}
          </colgroup>
          <thead><tr><th>#</th>
            {columns.map((column) => <th key={column.path} className={column.end ? "num" : undefined} title={column.field.help || undefined}>{column.field.label}</th>)}
            {extra.map((column) => <th key={column.key} className={column.end ? "num" : undefined}>{column.label}</th>)}
            {!disabled && <th><span className="sr-only">{t("lines.remove")}</span></th>}
          </tr></thead>
          <tbody>
            {shown.map((line, row) => (
              <tr key={row === lines.length ? "waiting" : line._key} className={[at?.row === row ? "lg-row" : "", row === lines.length ? "lg-new" : ""].join(" ").trim() || undefined}>
                <td className="dim">{row === lines.length ? <Plus size={14} aria-hidden /> : row + 1}</td>
                {columns.map((column, index) => cell(line, row, column, index))}
                {extra.map((column) => <td key={column.key} className={column.end ? "num" : undefined}>{row < lines.length && column.cell(line, row)}</td>)}
                {!disabled && (
                  <td className="lg-act">{row < lines.length && (
                    <button type="button" tabIndex={-1} aria-label={t("lines.removeLine", { number: row + 1 })} onClick={() => remove(row)}><Trash2 size={14} /></button>
                  )}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {told.length > 0 && (
        <ul className="lg-problems" role="alert">
          {told.map(({ row, path, message, label }) => (
            <li key={path}><button type="button" onClick={() => setAt({ row, column: Math.max(0, columns.findIndex((column) => path.endsWith(`.${column.path}`))) })}>
              {t("lines.line", { number: row + 1 })}{label ? `, ${label}` : ""}</button> {message}</li>
          ))}
        </ul>
      )}
    </>
  );
}
