/** Widths of a grid's columns by what stands in them: measured once rows are there, fitted anew when the room changes. */
import { useLayoutEffect, useMemo, useState, type RefObject } from "react";
import { fitted } from "./fit";
import type { GridColumn, GridKey } from "./types";

interface Measured {
  columns: string;
  needs: number[];
}

/**
 * Column key → width in px; null while nothing could be measured (no rows yet, a phone's cards). `guessed`: the widths of
 * `columns` are guesses, and a column whose content is narrower is narrower even where there is room. Columns only become
 * wider while the same ones are shown: nothing jumps to and fro under somebody who sorts and filters.
 */
export function useFit<T>(
  wrap: RefObject<HTMLDivElement | null>, columns: readonly GridColumn<T>[], first: GridKey | undefined, rest: number,
  byHand: Record<string, number>, guessed: boolean,
): Record<string, number> | null {
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [room, setRoom] = useState(0);
  const signature = columns.map((column) => column.key).join("\n");

  useLayoutEffect(() => {
    const element = wrap.current;
    if (!element) return;
    const look = () => setRoom(element.clientWidth);
    look();
    const seen = new ResizeObserver(look);
    seen.observe(element);
    return () => seen.disconnect();
  }, [wrap]);

  useLayoutEffect(() => {
    const table = wrap.current?.querySelector<HTMLTableElement>(":scope > table");
    if (!table || first === undefined || room === 0) return;
    table.classList.add("fitting");
    const widths = [...table.querySelectorAll<HTMLElement>(":scope > thead th:not(.check-cell)")].map((head) => Math.ceil(head.getBoundingClientRect().width));
    table.classList.remove("fitting");
    if (!widths.some(Boolean)) return;
    setMeasured((before) => {
      const same = before?.columns === signature ? before.needs : [];
      const needs = widths.map((width, index) => Math.max(width, same[index] ?? 0));
      return needs.every((need, index) => need === same[index]) ? before : { columns: signature, needs };
    });
  }, [wrap, signature, first, room]);

  return useMemo(() => {
    if (!measured || measured.columns !== signature || room === 0) return null;
    const bare = columns.map((column, index) => {
      const base = column.width ?? 140;
      return { base, need: measured.needs[index] ?? base, hand: byHand[column.key], grow: column.grow, firm: column.numeric };
    });
    // Widths that somebody thought about hold while there is room for them.
    const given = bare.map((column) => ({ ...column, need: Math.max(column.need, column.base) }));
    const roomy = given.reduce((sum, column) => sum + (column.hand ?? column.need), 0) <= room - rest;
    const widths = fitted(guessed || !roomy ? bare : given, room - rest);
    return Object.fromEntries(columns.map((column, index) => [column.key, Math.floor(widths[index] ?? 0)]));
  }, [measured, signature, room, rest, columns, byHand, guessed]);
}
