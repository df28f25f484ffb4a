/** Keeps what is on screen true: changes told by the socket make their queries ask again. */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { bootstrapKey } from "@/platform/api/keys";
import { useEntities, useTenant } from "@/platform/session/session";
import { openSocket, type ChangedItem } from "./socket";

type JobMessage = { id: number | string; state: string; progress?: number };
const jobListeners = new Set<(job: JobMessage) => void>();

/** Calls back with the progress of background jobs (imports, exports, planning runs). */
export function useJobMessages(listener: (job: JobMessage) => void): void {
  useEffect(() => {
    jobListeners.add(listener);
    return () => {
      jobListeners.delete(listener);
    };
  }, [listener]);
}

const changeListeners = new Set<(items: ChangedItem[]) => void>();

/** Calls back with what changed, for views that are not keyed by one entity (boards, planning). */
export function useChanges(listener: (items: ChangedItem[]) => void): void {
  useEffect(() => {
    changeListeners.add(listener);
    return () => {
      changeListeners.delete(listener);
    };
  }, [listener]);
}

const notifiedListeners = new Set<() => void>();

/** Calls back when my notifications changed. */
export function useNotified(listener: () => void): void {
  useEffect(() => {
    notifiedListeners.add(listener);
    return () => {
      notifiedListeners.delete(listener);
    };
  }, [listener]);
}

const isCount = (query: { queryKey: readonly unknown[] }) => query.queryKey[2] === "count";

/** First what is read, then the figures on the tabs: asked all at once, the list would wait among them. */
function askAgain(client: QueryClient, queryKey: string[]): void {
  const counts = () => client.invalidateQueries({ queryKey, predicate: isCount });
  void client.invalidateQueries({ queryKey, predicate: (query) => !isCount(query) }).finally(() => void counts());
}

const socketUrl = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`;

export function Realtime() {
  const client = useQueryClient();
  const { slug } = useTenant();
  const entities = useEntities();
  useEffect(() => {
    /** Lines change with their document, so the document's queries are asked again too. */
    const parents = new Map<string, string>();
    for (const entity of Object.values(entities)) if (entity.lines) parents.set(entity.lines.entity, entity.key);
    return openSocket(socketUrl(), {
      onChanged: (items) => {
        const changed = new Set(items.flatMap((item) => [item.entity, parents.get(item.entity) ?? item.entity]));
        for (const entity of changed) askAgain(client, [slug, entity]);
        for (const listener of changeListeners) listener(items);
      },
      onJob: (job) => {
        void client.invalidateQueries({ queryKey: [slug, "job", job.id] });
        for (const listener of jobListeners) listener(job);
      },
      onNotified: () => {
        for (const listener of notifiedListeners) listener();
      },
      onBootstrap: () => void client.invalidateQueries({ queryKey: bootstrapKey }),
      onReconnect: () => void client.invalidateQueries(),
    });
  }, [client, slug, entities]);
  return null;
}
