/** What the order's page shows beside its fields. The key begins with the order's, so its changes fetch it anew. */
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import type { RecordId, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { fetchOverview } from "./api";

export function useOverview(record: Pick<Row, "id" | "version"> & { id: RecordId }) {
  const { slug } = useTenant();
  return useQuery({
    queryKey: keyOf(slug, "production.order", "overview", [record.id]),
    queryFn: ({ signal }) => fetchOverview(record.id, signal),
  });
}
