/** History and comments of a record as one stream, newest first. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { useTenant } from "@/platform/session/session";
import { addComment, fetchComments, fetchHistory } from "../api";
import type { Comment, EntityMeta, HistoryEntry, RecordId } from "../types";

export type Activity =
  | { kind: "comment"; key: string; at: string; who: string; comment: Comment }
  | { kind: "change"; key: string; at: string; who: string; entry: HistoryEntry };

/** Bookkeeping that says nothing to a reader. */
const SILENT = new Set(["version", "changed_at", "changed_by", "changed_by_id", "created_at", "created_by", "created_by_id", "id", "search_text", "search"]);

export const toldChanges = (entry: HistoryEntry): [string, [unknown, unknown]][] =>
  Object.entries(entry.changes ?? {}).filter(([field]) => !SILENT.has(field));

export function mergeActivity(history: HistoryEntry[], comments: Comment[], system: string): Activity[] {
  const changes = history
    .filter((entry) => entry.op !== "update" || toldChanges(entry).length > 0)
    .map((entry, index): Activity => ({ kind: "change", key: `h${index}-${entry.at}`, at: entry.at, who: entry.actor?.label || system, entry }));
  const said = comments.map((comment): Activity => ({ kind: "comment", key: `c${comment.id}`, at: comment.at, who: comment.author?.label || system, comment }));
  return [...changes, ...said].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

export function useActivity(entity: EntityMeta, id: RecordId) {
  const tenant = useTenant();
  const client = useQueryClient();
  const history = useInfiniteQuery({
    queryKey: keyOf(tenant.slug, entity.key, "history", String(id)),
    queryFn: ({ pageParam, signal }) => fetchHistory(entity, id, pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: entity.features.history,
  });
  const comments = useQuery({
    queryKey: keyOf(tenant.slug, entity.key, "comments", String(id)),
    queryFn: ({ signal }) => fetchComments(entity, id, signal),
    enabled: entity.features.comments,
  });
  const say = useMutation({
    mutationFn: (body: string) => addComment(entity, id, body),
    onSuccess: (comment) => {
      client.setQueryData<Comment[]>(keyOf(tenant.slug, entity.key, "comments", String(id)), (known) => [...(known ?? []).filter((item) => item.id !== comment.id), comment]);
    },
  });
  return {
    isLoading: (entity.features.history && history.isPending) || (entity.features.comments && comments.isPending),
    error: history.error ?? comments.error,
    history: history.data?.pages.flatMap((page) => page.results) ?? [], hasOlder: history.hasNextPage, loadOlder: () => void history.fetchNextPage(), comments: comments.data ?? [], say,
  };
}
