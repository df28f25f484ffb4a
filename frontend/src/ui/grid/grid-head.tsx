/** Head of one column: name, sort order, grip for its width (double click fits the content). */
import type { Header } from "@tanstack/react-table";
import { useTranslation } from "react-i18next";
import type { GridColumn, GridSort } from "./types";
import type { GridFeatures } from "./grid";

interface GridHeadProps<T extends object> {
  column: GridColumn<T>;
  header: Header<GridFeatures, T>;
  sort?: readonly GridSort[];
  onSort?: (key: string, additive: boolean) => void;
  first: boolean;
  afterCheck: boolean;
}

/** As wide as the widest cell on screen. */
function fit(grip: HTMLElement): number {
  const cell = grip.closest("th");
  const index = cell ? [...(cell.parentElement?.children ?? [])].indexOf(cell) + 1 : 0;
  const cells = grip.closest("table")?.querySelectorAll<HTMLElement>(`tr > :nth-child(${index})`) ?? [];
  const range = document.createRange();
  let widest = 40;
  for (const node of cells) {
    range.selectNodeContents(node);
    widest = Math.max(widest, range.getBoundingClientRect().width);
  }
  return Math.min(480, Math.ceil(widest) + 30);
}

export function GridHead<T extends object>({ column, header, sort, onSort, first, afterCheck }: GridHeadProps<T>) {
  const { t } = useTranslation("ui");
  const at = sort?.findIndex((item) => item.key === column.key) ?? -1;
  const order = at >= 0 ? sort?.[at] : undefined;
  const name = column.label ?? (typeof column.title === "string" ? column.title : column.key);
  const classes = [column.numeric && "num", order && "sorted", first && `pin edge${afterCheck ? " after-check" : ""}`].filter(Boolean).join(" ");
  const content = (
    <>
      <span>{column.title}</span>
      {order && (
        <span className="arr" aria-hidden>
          {order.desc ? "↓" : "↑"}
          {sort && sort.length > 1 && <sup>{at + 1}</sup>}
        </span>
      )}
    </>
  );
  return (
    <th scope="col" className={classes || undefined} title={name} aria-sort={order ? (order.desc ? "descending" : "ascending") : undefined}>
      {column.sortable && onSort ? (
        <button type="button" className="sort" onClick={(event) => onSort(column.key, event.shiftKey)}>
          {content}
        </button>
      ) : (
        content
      )}
      <span
        className={`grip${header.column.getIsResizing() ? " live" : ""}`}
        role="separator"
        aria-orientation="vertical"
        aria-label={t("resize_column", { column: name })}
        onPointerDown={header.getResizeHandler()}
        onDoubleClick={(event) => {
          const width = fit(event.currentTarget);
          header.getContext().table.setColumnSizing((known) => ({ ...known, [column.key]: width }));
        }}
      />
    </th>
  );
}
