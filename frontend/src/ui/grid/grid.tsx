/** Our table: TanStack Table keeps the columns, TanStack Virtual draws only what is on screen, the look is ours. */
import { columnResizingFeature, columnSizingFeature, tableFeatures, useTable, type ColumnDef, type ColumnSizingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Check } from "@/ui/controls";
import "@/ui/styles/grid.css";
import { GridHead } from "./grid-head";
import { GridRow } from "./grid-row";
import { rowHeight, type GridKey, type GridProps } from "./types";
import { useFit } from "./use-fit";
import { useGridKeys } from "./use-grid-keys";
import { useSelection } from "./use-selection";

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
export type GridFeatures = typeof features;
/** Short lists are drawn whole: find-in-page and printing see every row. */
const WHOLE = 80;
const CHECK = 40;

export function Grid<T extends object>(props: GridProps<T>) {
  const { label, columns, rows, rowKey, density = "normal", sort, onSort, selected, onSelect, onOpen, widths, onWidths, rowClass, after, foot, onEnd, total, hotkeys = true, flat, cards, guessed = false, className = "" } = props;
  const { t } = useTranslation("ui");
  const height = props.height ?? rowHeight[density];
  const wrap = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(false);
  const [ownWidths, setOwnWidths] = useState<ColumnSizingState>({});
  const sizing = widths ?? ownWidths;
  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const fit = useFit(wrap, columns, keys[0], onSelect ? CHECK : 0, sizing, guessed);

  const defs = useMemo<ColumnDef<GridFeatures, T>[]>(
    () => columns.map((column) => ({ id: column.key, size: fit?.[column.key] ?? column.width ?? 140, minSize: column.minWidth ?? 56, maxSize: 900 })),
    [columns, fit],
  );
  const data = rows as T[];
  const table = useTable({
    features,
    columns: defs,
    data,
    columnResizeMode: "onChange",
    state: { columnSizing: sizing },
    onColumnSizingChange: (update) => {
      const next = typeof update === "function" ? update(sizing) : update;
      if (onWidths) onWidths(next);
      else setOwnWidths(next);
    },
  });

  const virtual = rows.length > WHOLE;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => wrap.current,
    estimateSize: () => height,
    overscan: 14,
    enabled: virtual,
    scrollPaddingStart: 30,
  });
  useEffect(() => virtualizer.measure(), [height, virtualizer]);

  const picks = useSelection(keys, selected, onSelect);
  const scrollTo = useCallback(
    (index: number) => {
      if (virtual) virtualizer.scrollToIndex(index);
      else wrap.current?.querySelector(`tr[data-row="${index}"]`)?.scrollIntoView({ block: "nearest" });
    },
    [virtual, virtualizer],
  );
  const open = onOpen && ((index: number, newTab: boolean) => rows[index] !== undefined && onOpen(rows[index] as T, index, { newTab }));
  const { active, setActive, onKeyDown } = useGridKeys({
    keys, wrap, hotkeys, scrollTo, page: Math.max(4, Math.floor((wrap.current?.clientHeight ?? 640) / height) - 2),
    select: onSelect && picks.toggle, selectAll: onSelect && picks.all, clear: onSelect && picks.clear, open,
  });

  const items = virtual ? virtualizer.getVirtualItems() : null;
  const from = items?.[0]?.index ?? 0;
  const to = items ? (items.at(-1)?.index ?? -1) : rows.length - 1;
  const before = items?.[0]?.start ?? 0;
  const behind = items ? Math.max(0, virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)) : 0;
  useEffect(() => {
    if (onEnd && rows.length > 0 && to >= rows.length - 12) onEnd();
  }, [onEnd, rows.length, to]);

  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const span = columns.length + (onSelect ? 1 : 0);
  const width = headers.reduce((sum, header) => sum + header.getSize(), onSelect ? CHECK : 0);
  const measure = (after || cards) && virtual ? virtualizer.measureElement : undefined;
  const setRow = useCallback((index: number) => setActive(index), [setActive]);

  return (
    <div
      ref={wrap}
      className={`gridwrap${flat ? " flat" : ""}${cards ? " as-cards" : ""}${scrolled ? " scrolled" : ""} ${className}`}
      onScroll={(event) => setScrolled(event.currentTarget.scrollLeft > 0)}
    >
      <table
        className="grid"
        style={{ "--row": `${height}px`, minWidth: width } as CSSProperties}
        aria-label={label}
        aria-rowcount={(total ?? rows.length) + 1}
        aria-multiselectable={onSelect ? true : undefined}
        role="grid"
        onKeyDown={onKeyDown}
      >
        <colgroup>
          {onSelect && <col style={{ width: CHECK }} />}
          {headers.map((header, index) => (
            <col key={header.id} style={!fit && columns[index]?.grow ? undefined : { width: header.getSize() }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {onSelect && (
              <th className="check-cell pin" scope="col">
                <Check checked={picks.every} indeterminate={picks.some} onChange={() => (picks.every ? picks.clear() : picks.all())} aria-label={t("select_all")} />
              </th>
            )}
            {headers.map((header, index) => {
              const column = columns[index];
              return column && <GridHead key={header.id} column={column} header={header} sort={sort} onSort={onSort} first={index === 0} afterCheck={Boolean(onSelect)} />;
            })}
          </tr>
        </thead>
        {before > 0 && <Spacer span={span} height={before} />}
        {rows.slice(from, to + 1).map((row, offset) => {
          const index = from + offset;
          const key = keys[index] as GridKey;
          return (
            <GridRow
              key={key} row={row} index={index} columns={columns} active={index === active} picked={picks.has(key)} measure={measure}
              className={rowClass?.(row, index)} opened={after?.(row, index)} span={span} onPick={onSelect && picks.toggle} onOpen={open} onFocus={setRow}
            />
          );
        })}
        {behind > 0 && <Spacer span={span} height={behind} />}
        {foot && (
          <tfoot>
            <tr>
              {onSelect && <td />}
              {foot.map((cell, index) => (
                <td key={columns[index]?.key ?? index} className={columns[index]?.numeric ? "num" : undefined}>{cell}</td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Spacer({ span, height }: { span: number; height: number }) {
  return (
    <tbody aria-hidden className="spacer">
      <tr>
        <td colSpan={span} style={{ height }} />
      </tr>
    </tbody>
  );
}
