/** One record with its lines, kept fresh by realtime. */
import { useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { isTransient } from "@/platform/api/request";
import { useEntity, useTenant } from "@/platform/session/session";
import { fetchRecord } from "../api";
import type { EntityMeta, Page, RecordId, Row } from "../types";

export function useEntityOrThrow(key: string): EntityMeta {
  const entity = useEntity(key);
  if (!entity) throw new Error(`no such entity in this company: ${key}`);
  return entity;
}

export function useRecord(entityKey: string, id: RecordId | undefined) {
  const entity = useEntityOrThrow(entityKey);
  const tenant = useTenant();
  const client = useQueryClient();
  const query = useQuery<Row>({
    queryKey: keyOf(tenant.slug, entity.key, "detail", String(id)),
    queryFn: ({ signal }) => fetchRecord(entity, id!, signal),
    enabled: id !== undefined,
    staleTime: 15_000,
    retry: (count, error) => count < 2 && isTransient(error),
    // what the list already knows is shown until the whole record is here
    placeholderData: () => {
      for (const [, data] of client.getQueriesData<InfiniteData<Page, string>>({ queryKey: keyOf(tenant.slug, entity.key, "list") })) {
        const row = data?.pages?.flatMap((page) => page.results).find((item) => String(item.id) === String(id));
        if (row) return row as Row;
      }
      return undefined;
    },
  });
  return { entity, tenant, record: query.data, isPartial: query.isPlaceholderData, isLoading: query.isPending, error: query.error, refetch: query.refetch };
}
