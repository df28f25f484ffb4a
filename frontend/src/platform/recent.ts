/** What this person opened last in this company, on this device: a quick way back. */
import { useSyncExternalStore } from "react";
import type { RecordId } from "@/platform/records/types";

export interface Recent {
  entity: string;
  id: RecordId;
  title: string;
  subtitle?: string;
}

const most = 12;
const key = (tenant: string) => `tenon.recent.${tenant}`;
const listeners = new Set<() => void>();
const none: Recent[] = [];
let cache: { tenant: string; text: string; list: Recent[] } = { tenant: "", text: "", list: none };

function read(tenant: string): Recent[] {
  const text = localStorage.getItem(key(tenant)) ?? "[]";
  if (cache.tenant === tenant && cache.text === text) return cache.list;
  let list = none;
  try {
    const kept: unknown = JSON.parse(text);
    if (Array.isArray(kept)) list = kept as Recent[];
  } catch {
    // A broken list is an empty list.
  }
  cache = { tenant, text, list };
  return list;
}

export function remember(tenant: string, visit: Recent): void {
  const others = read(tenant).filter((known) => known.entity !== visit.entity || String(known.id) !== String(visit.id));
  localStorage.setItem(key(tenant), JSON.stringify([visit, ...others].slice(0, most)));
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const useRecent = (tenant: string): Recent[] => useSyncExternalStore(subscribe, () => read(tenant));
