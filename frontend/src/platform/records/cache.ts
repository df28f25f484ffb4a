/** The kept answers of one entity: change a row everywhere it is shown, put it back, ask again. */
import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import type { EntityMeta, Page, RecordId, Row } from "./types";

type Kept = [QueryKey, InfiniteData<Page, string> | undefined][];

const isPages = (data: unknown): data is InfiniteData<Page, string> =>
  typeof data === "object" && data !== null && Array.isArray((data as { pages?: unknown }).pages);

/** Shows `change` in every list that holds the row; returns how to take it back. */
export function patchLists(client: QueryClient, tenant: string, entity: EntityMeta, id: RecordId, change: (row: Row) => Row): () => void {
  const key = keyOf(tenant, entity.key, "list");
  const before: Kept = client.getQueriesData<InfiniteData<Page, string>>({ queryKey: key });
  client.setQueriesData<InfiniteData<Page, string>>({ queryKey: key }, (data) => {
    if (!isPages(data)) return data;
    return { ...data, pages: data.pages.map((page) => ({ ...page, results: page.results.map((row) => (row.id === id ? change(row) : row)) })) };
  });
  return () => { for (const [known, data] of before) client.setQueryData(known, data); };
}

/** The server's answer to a write is the freshest row there is: every list and the detail take it over at once. */
export function keepRow(client: QueryClient, tenant: string, entity: EntityMeta, row: Row): void {
  const key = keyOf(tenant, entity.key, "detail", String(row.id));
  client.setQueryData<Row>(key, (known) => ({ ...known, ...row }));
  patchLists(client, tenant, entity, row.id, (known) => ({ ...known, ...row }));
}

/** Marks everything of the entity as old; what is on screen is asked for again. */
export const refresh = (client: QueryClient, tenant: string, entity: EntityMeta): Promise<void> =>
  client.invalidateQueries({ queryKey: keyOf(tenant, entity.key) });
