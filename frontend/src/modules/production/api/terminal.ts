/** What a terminal asks the server. What is done there is queued (platform/offline), never sent straight. */
import { get, post } from "@/platform/api/request";

export interface Job {
  id: number;
  order: { id: number; label: string };
  product: { id: number; label: string; name: string };
  unit: string;
  name: string;
  position: number;
  positions: number;
  rework: boolean;
  status: "waiting" | "running" | "paused" | "done";
  quantity: string;
  good: string;
  scrap: string;
  reworked: string;
  left: string;
  run_minutes: string;
  minutes_each: string | null;
  tool: string;
  skill: string;
  planned_end: string | null;
  due_on: string;
  working: { id: number; name: string; since: string }[];
  missing: { label: string; quantity: string; arrives_on: string | null }[];
  instruction: { id: number; revision: number; must_be_read: boolean; read_by: number[] } | null;
}

export interface Instruction {
  id: number;
  title: string;
  title_zh: string;
  revision: number;
  must_be_read: boolean;
  steps: { text: string; text_zh: string; caution: string; picture: string | null; name: string }[];
}

export interface Call {
  id: number;
  reason: string;
  status: "open" | "answered";
  called_at: string;
  caller: string;
  answered_by: string;
  note: string;
}

export interface Stop {
  id: number;
  reason: string;
  started_at: string;
}

export type ReasonKind = "scrap" | "downtime" | "call";

export interface TerminalState {
  work_centre: { id: number; label: string; code: string; machines: number };
  now: string;
  queue: Job[];
  today: { good: string; scrap: string; rework: string };
  downtimes: Stop[];
  calls: Call[];
  reasons: { id: number; kind: ReasonKind; name: string }[];
}

export interface Worker {
  token: string;
  id: number;
  name: string;
}

export interface CentreState {
  id: number;
  code: string;
  name: string;
  running: number;
  waiting: number;
  good: string;
  scrap: string;
  downtimes: Stop[];
  calls: Call[];
}

export const TERMINAL = "/api/v1/production/terminal/";

export const fetchTerminal = (centre: number, signal?: AbortSignal): Promise<TerminalState> => get(TERMINAL, { work_centre: centre }, signal);
export const fetchBoard = (signal?: AbortSignal): Promise<{ results: CentreState[] }> => get("/api/v1/production/board/", undefined, signal);
export const act = (body: object): Promise<unknown> => post(TERMINAL, body);

export async function showBadge(code: string, pin: string): Promise<Worker> {
  const shown = await post<{ token: string; worker: { id: number; name: string } }>(`${TERMINAL}badge/`, { code, pin });
  return { token: shown.token, ...shown.worker };
}

export const fetchInstruction = (operation: number, signal?: AbortSignal) => get<Instruction>(`/api/v1/production/operations/${operation}/instruction/`, undefined, signal);
