/** Whether the palette is open, and with which words: any part of the app may open it. */
import { useSyncExternalStore } from "react";

let open = false;
let words = "";
const listeners = new Set<() => void>();
const set = (next: boolean) => {
  open = next;
  listeners.forEach((listener) => listener());
};

export function openPalette(start = ""): void {
  words = start;
  set(true);
}

export const closePalette = (): void => set(false);
export const startingWords = (): string => words;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const usePaletteOpen = (): boolean => useSyncExternalStore(subscribe, () => open);
