/** A terminal's state with what it has done and not sent yet, so that a lost network changes nothing for the hands. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { keyOf } from "@/platform/api/keys";
import type { Entry } from "@/platform/offline/queue";
import { useQueue } from "@/platform/offline/use-queue";
import { useChanges } from "@/platform/realtime/realtime";
import { useTenant } from "@/platform/session/session";
import { fetchTerminal, TERMINAL, type Job, type TerminalState, type Worker } from "../api/terminal";

interface Deed {
  verb: "start" | "pause" | "report" | "down" | "up" | "call" | "read";
  instruction?: number;
  operation?: number;
  work_centre?: number;
  downtime?: number;
  reason?: number;
  good?: string;
  scrap?: string;
  rework?: string;
}

type Sent = Deed & { badge: string; at: string };

const EVERY = 15_000;
const plus = (text: string, more: string | undefined) => String(Math.round((Number(text) + Number(more ?? 0)) * 1e6) / 1e6);

/** The job as it will be once what waits was sent. */
export function foreseen(job: Job, waiting: readonly Entry[], worker: Worker | null): Job {
  return waiting.filter((entry) => entry.path === TERMINAL).map((entry) => entry.body as Sent).filter((sent) => sent.operation === job.id || (sent.verb === "read" && sent.instruction === job.instruction?.id)).reduce((now, sent) => {
    if (sent.verb === "read") return { ...now, instruction: now.instruction && worker && { ...now.instruction, read_by: [...now.instruction.read_by, worker.id] } };
    if (sent.verb === "start") return { ...now, status: "running" as const, working: worker && !now.working.some((one) => one.id === worker.id) ? [...now.working, { id: worker.id, name: worker.name, since: sent.at }] : now.working };
    if (sent.verb === "pause") return { ...now, status: "paused" as const, working: now.working.filter((one) => one.id !== worker?.id) };
    const out = plus(plus(sent.good ?? "0", sent.scrap), sent.rework);
    return { ...now, good: plus(now.good, sent.good), scrap: plus(now.scrap, sent.scrap), reworked: plus(now.reworked, sent.rework), left: plus(now.left, `-${out}`) };
  }, job);
}

export function useTerminal(centre: number, worker: Worker | null) {
  const { slug } = useTenant();
  const { queue, state } = useQueue();
  const client = useQueryClient();
  const key = keyOf(slug, "production.terminal", String(centre));
  const { data, error, dataUpdatedAt } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchTerminal(centre, signal), refetchInterval: EVERY, retry: false });
  const again = useCallback(() => void client.invalidateQueries({ queryKey: key }), [client, key.join()]); // eslint-disable-line react-hooks/exhaustive-deps
  // What was sent counts until it has been read back: else the figures would fall for as long as that takes.
  const [sent, setSent] = useState<{ entry: Entry; at: number }[]>([]);
  useEffect(() => queue.onAnswer((entry) => {
    setSent((now) => [...now, { entry, at: Date.now() }]);
    again();
  }), [queue, again]);
  useEffect(() => setSent((now) => now.filter((one) => one.at > dataUpdatedAt)), [dataUpdatedAt]);
  useChanges(useCallback((items) => { if (items.some((item) => item.entity.startsWith("production."))) again(); }, [again]));
  // By the server's clock: a tablet whose own is wrong would report work of tomorrow.
  const behind = data ? Date.parse(data.now) - dataUpdatedAt : 0;
  const now = () => Date.now() + behind;
  const act = (deed: Deed, label: string) => queue.add({ method: "POST", path: TERMINAL, body: { ...deed, badge: worker?.token ?? "", at: new Date(now()).toISOString() } satisfies Sent, label });
  const ahead = [...sent.filter((one) => one.at > dataUpdatedAt).map((one) => one.entry), ...state.waiting];
  const shown: TerminalState | undefined = data && { ...data, queue: data.queue.map((job) => foreseen(job, ahead, worker)) };
  return { data: shown, error, queue, state, act, now, unreachable: state.offline || (error !== null && data !== undefined) };
}
