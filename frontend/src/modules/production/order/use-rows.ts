/** Rows of an entity that belong to the order; none while the entity is not there for this person. */
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { fetchPage } from "@/platform/records/api";
import { useEntity, useTenant } from "@/platform/session/session";

export function useRows<T>(key: string, filters: Record<string, string | number>): { rows: T[]; ready: boolean } {
  const { slug } = useTenant();
  const entity = useEntity(key);
  const query = { ...filters, limit: 200 };
  const { data } = useQuery({ queryKey: keyOf(slug, key, "list", query), queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  return { rows: (data?.results ?? []) as unknown as T[], ready: data !== undefined };
}
