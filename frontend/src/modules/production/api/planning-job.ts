/** Planning and scheduling run in the background: started, followed until they are over, stopped. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { useTenant } from "@/platform/session/session";

export interface Job {
  id: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** 0 … 1 */
  progress: number;
  message: string;
}

const JOBS = "/api/v1/jobs/";
const isOver = (job: Job | undefined): boolean => job !== undefined && job.state !== "queued" && job.state !== "running";

interface Following {
  /** What is under way, nothing once it is over. */
  job: Job | undefined;
  starting: boolean;
  stopping: boolean;
  start: () => void;
  stop: () => void;
}

/** `onOver` hears how a run ended, once; `onRefused` what the server says instead of starting or stopping one. */
export const usePlanningJob = (onOver: (job: Job) => void, onRefused: (error: unknown) => void): Following =>
  useJob("production.planning_run", "/api/v1/production/planning/", onOver, onRefused);

export const useSchedulingJob = (onOver: (job: Job) => void, onRefused: (error: unknown) => void): Following =>
  useJob("production.order_operation", "/api/v1/production/schedule/", onOver, onRefused);

export const useScenarioJob = (id: number, onOver: (job: Job) => void, onRefused: (error: unknown) => void): Following =>
  useJob("production.scenario", `/api/v1/production/scenarios/${id}/comparison/`, onOver, onRefused);

function useJob(entity: string, path: string, onOver: (job: Job) => void, onRefused: (error: unknown) => void): Following {
  const { slug } = useTenant();
  const client = useQueryClient();
  const [id, setId] = useState<number | null>(null);
  const key = keyOf(slug, entity, "job", String(id));
  const { data: job } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<Job>(`${JOBS}${id}/`, undefined, signal),
    enabled: id !== null,
    refetchInterval: (query) => (isOver(query.state.data) ? false : 700),
  });
  const followed = (fresh: Job) => {
    client.setQueryData(keyOf(slug, entity, "job", String(fresh.id)), fresh);
    setId(fresh.id);
  };
  const begin = useMutation({ mutationFn: () => request<Job>("POST", path, { body: {} }), onSuccess: followed, onError: onRefused });
  const end = useMutation({ mutationFn: (running: number) => request<Job>("POST", `${JOBS}${running}/cancel/`, { body: {} }), onSuccess: followed, onError: onRefused });
  useEffect(() => {
    if (!job || !isOver(job)) return;
    setId(null);
    onOver(job);
  }, [job, onOver]);
  return {
    job: id === null || isOver(job) ? undefined : job,
    starting: begin.isPending,
    stopping: end.isPending,
    start: () => begin.mutate(),
    stop: () => id !== null && end.mutate(id),
  };
}
