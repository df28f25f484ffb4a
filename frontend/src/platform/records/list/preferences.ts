/** How one person likes to see one list: columns and row height, kept in this browser. */
import { useCallback, useEffect, useState } from "react";

export type Density = "compact" | "normal" | "comfy";
export const DENSITIES: readonly Density[] = ["compact", "normal", "comfy"];
export const ROW_HEIGHT: Record<Density, number> = { compact: 28, normal: 32, comfy: 40 };

export interface ListPreferences {
  /** Paths in order; undefined = the entity's own list. */
  columns?: string[];
  density: Density;
  /** Widths set by hand, by path. */
  widths?: Record<string, number>;
}

const read = (key: string): ListPreferences => {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<ListPreferences>;
    return { columns: Array.isArray(kept.columns) ? kept.columns : undefined, density: DENSITIES.includes(kept.density as Density) ? (kept.density as Density) : "normal", widths: kept.widths };
  } catch {
    return { density: "normal" };
  }
};

export function useListPreferences(tenant: string, entity: string): [ListPreferences, (next: Partial<ListPreferences>) => void] {
  const key = `tenon:list:${tenant}:${entity}`;
  const [preferences, setPreferences] = useState(() => read(key));
  useEffect(() => setPreferences(read(key)), [key]);
  const change = useCallback((next: Partial<ListPreferences>) => {
    setPreferences((known) => {
      const merged = { ...known, ...next };
      try {
        localStorage.setItem(key, JSON.stringify(merged));
      } catch {
        // without storage the choice lasts as long as the page
      }
      return merged;
    });
  }, [key]);
  return [preferences, change];
}
