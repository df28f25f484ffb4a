/** Keyboard of the grid: J/K or arrows move, X or Space picks, Shift extends, Enter opens. */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { GridKey } from "./types";

interface Options {
  keys: readonly GridKey[];
  wrap: RefObject<HTMLDivElement | null>;
  hotkeys: boolean;
  page: number;
  scrollTo: (index: number) => void;
  select?: (index: number, extend: boolean) => void;
  selectAll?: () => void;
  clear?: () => void;
  open?: (index: number, newTab: boolean) => void;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.classList.contains("check"));

export function useGridKeys({ keys, wrap, hotkeys, page, scrollTo, select, selectAll, clear, open }: Options) {
  const [active, setActive] = useState(0);
  const wanted = useRef<number | null>(null);
  const row = Math.min(active, Math.max(0, keys.length - 1));

  const land = useCallback(() => {
    if (wanted.current === null) return;
    const node = wrap.current?.querySelector<HTMLElement>(`tr[data-row="${wanted.current}"]`);
    if (!node) return;
    wanted.current = null;
    node.focus({ preventScroll: true });
  }, [wrap]);

  const focus = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(keys.length - 1, index));
      wanted.current = next;
      setActive(next);
      scrollTo(next);
      land();
    },
    [keys.length, scrollTo, land],
  );

  // The row may only be drawn after scrolling; focus follows as soon as it is there.
  useEffect(land);

  const handle = useCallback(
    (event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "preventDefault">) => {
      const command = event.ctrlKey || event.metaKey;
      const go = (index: number) => {
        focus(index);
        if (event.shiftKey && select) select(Math.max(0, Math.min(keys.length - 1, index)), true);
      };
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (command && key === "a" && selectAll) selectAll();
      else if (key === "Enter" && open) open(row, command);
      else if (command || event.altKey) return;
      else if (key === "j" || key === "ArrowDown") go(row + 1);
      else if (key === "k" || key === "ArrowUp") go(row - 1);
      else if (key === "PageDown") go(row + page);
      else if (key === "PageUp") go(row - page);
      else if (key === "Home") go(0);
      else if (key === "End") go(keys.length - 1);
      else if ((key === "x" || key === " ") && select) select(row, event.shiftKey);
      else if (key === "Escape" && clear) clear();
      else return;
      event.preventDefault();
    },
    [focus, row, keys.length, page, select, selectAll, clear, open],
  );

  useEffect(() => {
    if (!hotkeys) return;
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.defaultPrevented || document.activeElement !== document.body || !/^[jkx]$/i.test(event.key)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.toLowerCase() === "x") handle(event);
      else {
        event.preventDefault();
        focus(row);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [hotkeys, handle, focus, row]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || typing(event.target)) return;
    const target = event.target as HTMLElement;
    // A button or link inside a cell keeps its own Enter and Space.
    if ((event.key === "Enter" || event.key === " ") && target.closest("a,button,[role=combobox]")) return;
    handle(event);
  };

  return { active: row, setActive, onKeyDown };
}
