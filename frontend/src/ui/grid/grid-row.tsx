import type { MouseEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Check } from "@/ui/controls";
import type { GridColumn } from "./types";

interface GridRowProps<T> {
  row: T;
  index: number;
  columns: GridColumn<T>[];
  active: boolean;
  picked: boolean;
  className?: string;
  opened?: ReactNode;
  span: number;
  measure?: (node: Element | null) => void;
  onPick?: (index: number, extend: boolean) => void;
  onOpen?: (index: number, newTab: boolean) => void;
  onFocus: (index: number) => void;
}

/** A click on something that acts by itself does not open the row; neither does selecting text. */
function acts(event: MouseEvent): boolean {
  const target = event.target as HTMLElement;
  return Boolean(target.closest("a,button,input,select,textarea,label,[role=combobox],[contenteditable=true],.ant-select,.ant-picker")) || Boolean(window.getSelection()?.toString());
}

export function GridRow<T>({ row, index, columns, active, picked, className, opened, span, measure, onPick, onOpen, onFocus }: GridRowProps<T>) {
  const { t } = useTranslation("ui");
  const open = opened !== undefined && opened !== null && opened !== false;
  const classes = [onOpen && "hot", picked && "sel", open && "opened", className].filter(Boolean).join(" ");
  return (
    <tbody ref={measure} data-index={index}>
      <tr
        className={classes || undefined}
        data-row={index}
        aria-rowindex={index + 2}
        aria-selected={onPick ? picked : undefined}
        tabIndex={active ? 0 : -1}
        onFocus={() => onFocus(index)}
        onClick={(event) => {
          if (onOpen && !acts(event)) onOpen(index, event.ctrlKey || event.metaKey);
        }}
        onAuxClick={(event) => {
          if (onOpen && event.button === 1 && !acts(event)) onOpen(index, true);
        }}
      >
        {onPick && (
          <td className="check-cell pin" onClick={(event) => { event.stopPropagation(); if (event.target === event.currentTarget) onPick(index, event.shiftKey); }}>
            <Check checked={picked} tabIndex={-1} aria-label={t("select_row")} onChange={(event) => onPick(index, (event.nativeEvent as unknown as MouseEvent).shiftKey)} />
          </td>
        )}
        {columns.map((column, at) => (
          <td
            key={column.key}
            role="gridcell"
            data-head={(typeof column.title === "string" ? column.title : column.label) || undefined}
            className={[column.numeric && "num", column.emphasised && "key", at === 0 && `pin edge${onPick ? " after-check" : ""}`, column.className].filter(Boolean).join(" ") || undefined}
          >
            {column.cell(row, index)}
          </td>
        ))}
      </tr>
      {open && (
        <tr className="inside">
          <td colSpan={span}>{opened}</td>
        </tr>
      )}
    </tbody>
  );
}
