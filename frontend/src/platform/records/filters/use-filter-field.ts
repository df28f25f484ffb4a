/** Field behind a filter's path: its own, a custom one, or one hop over a reference (`customer.name`). */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { keyOf } from "@/platform/api/keys";
import { useEntities, useTenant } from "@/platform/session/session";
import { fetchRecord } from "../api";
import { fieldByPath, titleOf } from "../entity";
import type { EntityMeta, FieldMeta, StateMeta } from "../types";

export interface FilterField {
  field: FieldMeta;
  label: string;
  states?: StateMeta[];
  known: boolean;
}

export function resolveField(entity: EntityMeta, path: string, entities: Record<string, EntityMeta>): FilterField {
  const own = fieldByPath(entity, path);
  if (own) return { field: own, label: own.label, states: own.key === entity.state_field ? entity.states : undefined, known: true };
  const [head = "", ...rest] = path.split(".");
  const over = fieldByPath(entity, head);
  const target = over?.ref ? entities[over.ref] : undefined;
  const far = target && rest.length > 0 ? fieldByPath(target, rest.join(".")) : undefined;
  if (over && far) return { field: far, label: `${over.label} › ${far.label}`, states: far.key === target?.state_field ? target?.states : undefined, known: true };
  return { field: { key: path, label: path, type: "text" }, label: path, known: false };
}

export function useFilterField(entity: EntityMeta, path: string): FilterField {
  const entities = useEntities();
  return useMemo(() => resolveField(entity, path, entities), [entity, path, entities]);
}

/** Names of the records that a filter's ids mean. */
export function useRefLabels(entityKey: string | null | undefined, ids: string[]): Record<string, string> {
  const entity = useEntities()[entityKey ?? ""];
  const tenant = useTenant();
  const asked = entity ? ids.filter((id) => id !== "me").slice(0, 8) : [];
  const answers = useQueries({
    queries: asked.map((id) => ({
      queryKey: keyOf(tenant.slug, entityKey ?? "", "detail", id),
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchRecord(entity!, id, signal),
      staleTime: 5 * 60_000,
      retry: false,
    })),
  });
  return Object.fromEntries(asked.flatMap((id, index) => (answers[index]?.data ? [[id, titleOf(entity!, answers[index].data)]] : [])));
}
