/** Which rows are picked: one by one, in a stretch with Shift, all that are loaded. */
import { useCallback, useRef } from "react";
import type { GridKey } from "./types";

const none: ReadonlySet<GridKey> = new Set();

export function useSelection(keys: readonly GridKey[], selected: ReadonlySet<GridKey> = none, onSelect?: (selected: Set<GridKey>) => void) {
  const anchor = useRef<number | null>(null);
  const toggle = useCallback(
    (index: number, extend: boolean) => {
      const key = keys[index];
      if (key === undefined || !onSelect) return;
      const next = new Set(selected);
      const from = anchor.current;
      if (extend && from !== null) {
        for (let at = Math.min(from, index); at <= Math.max(from, index); at++) next.add(keys[at] as GridKey);
      } else if (next.has(key)) next.delete(key);
      else next.add(key);
      if (!extend || from === null) anchor.current = index;
      onSelect(next);
    },
    [keys, selected, onSelect],
  );
  const all = useCallback(() => onSelect?.(new Set(keys)), [keys, onSelect]);
  const clear = useCallback(() => {
    anchor.current = null;
    if (selected.size > 0) onSelect?.(new Set());
  }, [selected, onSelect]);
  const every = keys.length > 0 && keys.every((key) => selected.has(key));
  return { toggle, all, clear, every, some: !every && selected.size > 0, has: (key: GridKey) => selected.has(key) };
}
