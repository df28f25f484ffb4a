/** Where I came from: the list as I last saw it, so that a record knows its neighbours and the way back. */
import { useSyncExternalStore } from "react";
import type { RecordId } from "./types";

export interface Trail {
  /** Address of the list with its filters. */
  href: string;
  ids: string[];
  count?: number;
}

const key = (entity: string) => `tenon:trail:${entity}`;
const listeners = new Set<() => void>();

export function leaveTrail(entity: string, href: string, ids: RecordId[], count?: number): void {
  try {
    sessionStorage.setItem(key(entity), JSON.stringify({ href, ids: ids.slice(0, 2000).map(String), count } satisfies Trail));
    for (const listener of listeners) listener();
  } catch {
    // no session storage: records simply have no neighbours
  }
}

const readText = (entity: string) => {
  try {
    return sessionStorage.getItem(key(entity));
  } catch {
    return null;
  }
};

export function useTrail(entity: string, id: RecordId) {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => readText(entity),
  );
  const trail = text ? (JSON.parse(text) as Trail) : null;
  const at = trail ? trail.ids.indexOf(String(id)) : -1;
  if (!trail || at < 0) return { back: trail?.href };
  return {
    back: trail.href,
    position: at + 1,
    count: trail.count ?? trail.ids.length,
    previous: trail.ids[at - 1],
    next: trail.ids[at + 1],
  };
}
