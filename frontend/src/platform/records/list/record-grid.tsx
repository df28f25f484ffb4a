/** Rows of an entity in our grid: cells by field type, the name as a link, simple fields typed in place. */
import { Pencil } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Grid, type Density, type GridColumn as Column, type GridKey } from "@/ui/grid";
import { toast } from "@/ui/overlay/toast";
import { useFieldEnv } from "../../fields/env";
import { FieldDisplay } from "../../fields/registry";
import { canUpdate, recordPath, stateOf, titleOf, valueAt } from "../entity";
import { AppLink } from "../entity-link";
import { useGo } from "../navigation";
import type { EntityMeta, Row } from "../types";
import type { GridColumn } from "./columns";
import { isInlineEditable, useInlineEdit } from "./use-inline-edit";

const CellEditor = lazy(() => import("./cell-editor").then((module) => ({ default: module.CellEditor })));

export interface RecordGridProps {
  entity: EntityMeta;
  rows: Row[];
  columns: GridColumn[];
  sort?: string[];
  onSort?: (path: string, additive: boolean) => void;
  density?: Density;
  selected?: ReadonlySet<GridKey>;
  onSelect?: (selected: Set<GridKey>) => void;
  onEnd?: () => void;
  total?: number;
  /** What opening a row does; its page without. */
  onOpen?: (row: Row) => void;
  editable?: boolean;
  widths?: Record<string, number>;
  onWidths?: (widths: Record<string, number>) => void;
  /** Cells a module draws better than the field type does, by path. */
  cells?: Record<string, (row: Row) => ReactNode>;
  hotkeys?: boolean;
  flat?: boolean;
  foot?: ReactNode[];
}

interface At {
  id: Row["id"];
  path: string;
}

export function RecordGrid(props: RecordGridProps) {
  const { entity, rows, columns, sort, onSort, cells, editable = true, onOpen } = props;
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const go = useGo();
  const edit = useInlineEdit(entity);
  const [at, setAt] = useState<At | null>(null);
  const typed = useMemo(() => new Set(editable ? columns.filter((column) => !column.key && isInlineEditable(entity, column.field)).map((column) => column.path) : []), [columns, editable, entity]);

  const leave = useCallback((row: Row, path: string, next?: "next" | "previous") => {
    const order = [...typed];
    const to = next ? order[order.indexOf(path) + (next === "next" ? 1 : -1)] : undefined;
    setAt(to ? { id: row.id, path: to } : null);
    if (!to) requestAnimationFrame(() => document.querySelector<HTMLElement>(`tr[data-row="${rows.indexOf(row)}"]`)?.focus());
  }, [typed, rows]);

  const save = useCallback((row: Row, column: GridColumn, value: unknown) => {
    edit.mutate({ row, field: column.field, path: column.path, value }, {
      onError: (error) => {
        const why = isProblem(error, "stale-version") ? t("list.editStale", { record: titleOf(entity, row) })
          : isProblem(error) ? error.errorOf(column.path) ?? error.errors[0]?.message ?? error.detail ?? error.title : t("error.unreachable");
        toast({ tone: "bad", text: t("list.editRefused", { record: titleOf(entity, row), why }) });
      },
    });
  }, [edit, entity, t]);

  const drawn = useMemo<Column<Row>[]>(() => columns.map((column) => {
    const states = column.field.key === entity.state_field ? entity.states : undefined;
    return {
      key: column.path, title: column.label, label: column.label, width: column.width, grow: column.grow, numeric: column.end,
      emphasised: column.key, sortable: column.sortable, className: typed.has(column.path) ? "can-type" : undefined,
      cell: (row) => {
        const value = valueAt(row, column.path);
        if (at && at.id === row.id && at.path === column.path) {
          return (
            <Suspense fallback={<FieldDisplay field={column.field} value={value} row={row} env={env} place="cell" states={states} />}>
              <CellEditor field={column.field} value={value} row={row} env={env} states={states}
                onSave={(next) => save(row, column, next)} onDone={(next) => leave(row, column.path, next)} />
            </Suspense>
          );
        }
        const shown = cells?.[column.path]?.(row) ?? <FieldDisplay field={column.field} value={value} row={row} env={env} place="cell" states={states} />;
        if (column.key && !onOpen) return <AppLink className="rec-key" to={recordPath(entity, row.id)} tabIndex={-1}>{column.field.type === "text" ? titleOf(entity, row) : shown}</AppLink>;
        if (!typed.has(column.path)) return shown;
        return <>{shown}<button type="button" className="type-here" tabIndex={-1} aria-label={t("list.editCell", { field: column.field.label })} onClick={() => setAt({ id: row.id, path: column.path })}><Pencil size={12} /></button></>;
      },
    };
  }), [columns, entity, env, at, typed, cells, onOpen, t, leave, save]);

  const order = useMemo(() => (sort ?? []).map((key) => ({ key: key.replace(/^-/, ""), desc: key.startsWith("-") }))
    .filter((item) => columns.some((column) => column.path === item.key)), [sort, columns]);

  function onKeyDown(event: KeyboardEvent) {
    const row = (event.target as HTMLElement).closest?.("tr[data-row]");
    if (event.key.toLowerCase() !== "e" || event.ctrlKey || event.metaKey || event.altKey || !row || at) return;
    if (/^(INPUT|TEXTAREA)$/.test((event.target as HTMLElement).tagName) && !(event.target as HTMLElement).classList.contains("check")) return;
    const record = rows[Number(row.getAttribute("data-row"))];
    if (!record) return;
    const first = [...typed][0];
    event.preventDefault();
    if (first) setAt({ id: record.id, path: first });
    else if (canUpdate(entity, record)) go(`${recordPath(entity, record.id)}/edit`);
  }

  return (
    <div className="rec-grid" onKeyDown={onKeyDown}>
      <Grid<Row> label={entity.label_plural} columns={drawn} rows={rows} rowKey={(row) => row.id} density={props.density} sort={order} onSort={onSort}
        selected={props.selected} onSelect={props.onSelect} total={props.total} onEnd={props.onEnd} widths={props.widths} onWidths={props.onWidths}
        hotkeys={props.hotkeys} flat={props.flat} guessed foot={props.foot} rowClass={(row) => (stateOf(entity, row)?.kind === "off" ? "gone" : undefined)}
        onOpen={(row, _index, { newTab }) => {
          if (onOpen) onOpen(row);
          else if (newTab) window.open(recordPath(entity, row.id), "_blank", "noopener");
          else go(recordPath(entity, row.id));
        }} />
    </div>
  );
}
