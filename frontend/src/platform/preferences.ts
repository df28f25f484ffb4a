/** How this person likes the app on this device: light or dark, row density. Kept in the browser. */
import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";
export type DensityChoice = "normal" | "compact";

interface Preferences {
  theme: ThemeChoice;
  density: DensityChoice;
}

const key = "tenon.preferences";
const usual: Preferences = { theme: "system", density: "normal" };
const listeners = new Set<() => void>();
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function read(): Preferences {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences>) };
  } catch {
    return usual;
  }
}

let known = read();
let resolved: "light" | "dark" = "light";

/** Sets `data-theme` on the page; until then the system's choice shows, from the style sheet alone. */
export function applyTheme(): void {
  resolved = known.theme === "system" ? (dark.matches ? "dark" : "light") : known.theme;
  document.documentElement.dataset.theme = resolved;
  listeners.forEach((listener) => listener());
}

dark.addEventListener("change", () => known.theme === "system" && applyTheme());

export function prefer(change: Partial<Preferences>): void {
  known = { ...known, ...change };
  localStorage.setItem(key, JSON.stringify(known));
  applyTheme();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => known);

/** What is on screen now, with "system" resolved. */
export const useResolvedTheme = (): "light" | "dark" => useSyncExternalStore(subscribe, () => resolved);
