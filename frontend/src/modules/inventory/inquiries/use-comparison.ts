import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { fetchComparison } from "./api";

/** The comparison of an inquiry; a new version of its record, as an answer or an opening makes one, reads it anew. */
export function useComparison(record: Row) {
  const { slug } = useTenant();
  const key = keyOf(slug, "inventory.inquiry", "comparison", [record.id, record.version]);
  return { key, ...useQuery({ queryKey: key, queryFn: ({ signal }) => fetchComparison(record.id, signal), refetchInterval: 60_000 }) };
}
