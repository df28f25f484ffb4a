/** The queue of this person in this company: one per browser, whichever page adds to it. */
import { useSyncExternalStore } from "react";
import { useMe, useTenant } from "@/platform/session/session";
import { Queue, type QueueState } from "./queue";

const queues = new Map<string, Queue>();

function queueOf(name: string): Queue {
  const known = queues.get(name) ?? new Queue(name);
  queues.set(name, known);
  return known;
}

export function useQueue(): { queue: Queue; state: QueueState } {
  const { slug } = useTenant();
  const me = useMe();
  const queue = queueOf(`tenon.queue.${slug}.${me.member_id}`);
  const state = useSyncExternalStore(queue.subscribe, () => queue.state);
  return { queue, state };
}
