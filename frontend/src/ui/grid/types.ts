import type { ReactNode } from "react";

export type GridKey = string | number;
export type Density = "compact" | "normal" | "comfy";

/** Heights of a row in px, as theme.ts names them. */
export const rowHeight: Record<Density, number> = { compact: 28, normal: 32, comfy: 40 };

export interface GridColumn<T> {
  key: string;
  title: ReactNode;
  /** Plain name for the screen reader when `title` is not text. */
  label?: string;
  width?: number;
  minWidth?: number;
  /** Takes the room that is left, until its width is set by hand. */
  grow?: boolean;
  /** Right-aligned, with its head. */
  numeric?: boolean;
  /** The column people look a row up by: weight 500. */
  emphasised?: boolean;
  sortable?: boolean;
  className?: string;
  cell: (row: T, index: number) => ReactNode;
}

export interface GridSort {
  key: string;
  desc: boolean;
}

export interface GridProps<T> {
  label: string;
  columns: GridColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T) => GridKey;
  density?: Density;
  /** Height in px where the density does not fit (two lines). */
  height?: number;
  sort?: readonly GridSort[];
  /** `additive` = Shift was held: sort by this one too. */
  onSort?: (key: string, additive: boolean) => void;
  selected?: ReadonlySet<GridKey>;
  onSelect?: (selected: Set<GridKey>) => void;
  onOpen?: (row: T, index: number, event: { newTab: boolean }) => void;
  widths?: Record<string, number>;
  onWidths?: (widths: Record<string, number>) => void;
  rowClass?: (row: T, index: number) => string | undefined;
  /** Opened below its row; null = closed. */
  after?: (row: T, index: number) => ReactNode;
  foot?: ReactNode[];
  /** Nearly at the end: fetch the next page. */
  onEnd?: () => void;
  /** Rows there are in all, not only the loaded ones. */
  total?: number;
  /** J/K/X/Enter work while nothing on the page has the focus. */
  hotkeys?: boolean;
  /** No line above the head. */
  flat?: boolean;
  /** Widths of the columns are guesses: what is narrower is drawn narrower. */
  guessed?: boolean;
  /** On a phone each row is a card: the emphasised column leads, the others follow with their heads. */
  cards?: boolean;
  className?: string;
}
