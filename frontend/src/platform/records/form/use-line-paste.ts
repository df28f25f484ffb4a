/** Pasting into the line grid, and finding the records that pasted names and codes mean. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keyOf } from "@/platform/api/keys";
import { useEntities, useTenant } from "@/platform/session/session";
import { isPending } from "../../fields/ref";
import { refOf } from "../../fields/ref/ref-select";
import { fetchPage } from "../api";
import { fieldPath, valueAt, withValue } from "../entity";
import type { FieldMeta, Ref } from "../types";
import type { Line } from "./values";

/** `code:label` comparisons ignore case and outer space. */
const same = (a: unknown, b: string) => typeof a === "string" && a.trim().toLowerCase() === b.trim().toLowerCase();

export function useRefLookup() {
  const entities = useEntities();
  const tenant = useTenant();
  const client = useQueryClient();
  /** The one record a text means: same code or name, else the only hit. */
  return useCallback(async (field: FieldMeta, text: string): Promise<Ref | null> => {
    const entity = entities[field.ref ?? ""];
    if (!entity) return null;
    const query = { search: text, limit: 5, ...(field.ref_filter as Record<string, string> | undefined) };
    const page = await client.fetchQuery({
      queryKey: keyOf(tenant.slug, entity.key, "lookup", query),
      queryFn: ({ signal }) => fetchPage(entity, query, signal),
      staleTime: 30_000,
    });
    const found = page.results.map((row) => refOf(entity, row));
    const exact = found.find((ref) => same(ref.code, text)) ?? found.find((ref) => same(ref.label, text));
    return exact ?? (found.length === 1 ? found[0]! : null);
  }, [entities, tenant.slug, client]);
}

/** Replaces the pending references of `lines` by records; those that stay unknown keep their text. */
export function useResolveLines() {
  const lookup = useRefLookup();
  return useCallback(async (lines: Line[], columns: FieldMeta[]): Promise<(lines: Line[]) => Line[]> => {
    const wanted = new Map<string, { field: FieldMeta; text: string }>();
    for (const line of lines) {
      for (const field of columns) {
        const value = valueAt(line, fieldPath(field));
        if (isPending(value)) wanted.set(`${fieldPath(field)}\n${value.lookup}`, { field, text: value.lookup });
      }
    }
    const answers = new Map<string, Ref | null>();
    // a few at a time: a pasted price list may name hundreds of items
    const queue = [...wanted];
    await Promise.all(Array.from({ length: 4 }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        answers.set(next[0], await lookup(next[1].field, next[1].text).catch(() => null));
      }
    }));
    return (now) => now.map((line) => columns.reduce((known, field) => {
      const path = fieldPath(field);
      const value = valueAt(known, path);
      const ref = isPending(value) ? answers.get(`${path}\n${value.lookup}`) : null;
      return ref ? withValue(known, path, ref) : known;
    }, line));
  }, [lookup]);
}
