/** The schedule of the floor: a window of it, and changes that are shown before they are done. */
import { get, request } from "@/platform/api/request";
import type { Document, ProductRef } from "./planning";

export interface Centre {
  id: number;
  code: string;
  label: string;
  machines: number;
  time: [string, string][];
  /** Minutes of all machines, and how many of them are planned. */
  days: { day: string; capacity: number; planned: number }[];
}

export interface PlannedOperation {
  id: number;
  version: number;
  order: { id: number; label: string };
  product: ProductRef;
  unit: string;
  quantity: string;
  /** 0 … 1 */
  done: number;
  name: string;
  position: number;
  centre: number | null;
  supplier: string | null;
  machine: number;
  start: string;
  end: string;
  /** Held: time that a promise keeps, with a negative id. */
  status: "waiting" | "running" | "paused" | "held";
  fixed: boolean;
  due_on: string;
  late: boolean;
  made_for: string;
}

export interface WaitingOrder {
  order: { id: number; label: string };
  product: ProductRef;
  quantity: string;
  unit: string;
  due_on: string;
  made_for: string;
  material: { missing: { label: string; quantity: string }[]; count: number; arrives_on: string | null };
}

export interface Schedule {
  revision: string;
  now: string;
  since: string;
  until: string;
  /** The midnights of the window, one more than it has days. */
  edges: string[];
  centres: Centre[];
  bars: PlannedOperation[];
  waiting: WaitingOrder[];
}

export interface Slip {
  order: Document | { id: number; label: string };
  product: { label: string; name: string };
  made_for: string;
  due_on: string;
  before: string | null;
  after: string | null;
  minutes: number;
  late: boolean;
}

export interface ScheduleProposal {
  revision: string;
  unplaced: number;
  bars: { id: number; centre: number | null; machine: number; start: string; end: string }[];
  slips: Slip[];
}

export type Wish =
  | { kind: "move"; operation: number; start: string; work_centre: number; machine: number }
  | { kind: "rush"; orders: number[] };

export type Why = "material" | "order" | "queue" | "busy" | "started" | "fixed" | "free" | "too_long";

export interface LateReason {
  why: Why;
  /** Of the clock. */
  minutes: number;
  operation: { id: number; label: string };
  resource: string;
  /** Who is before it; without an id: time held for a promise. */
  orders: { id: number | null; label: string }[];
  more: number;
  material: ProductRef | null;
  on: string | null;
}

export interface LateOrder {
  order: { id: number; label: string };
  product: ProductRef;
  made_for: string;
  due_on: string;
  ends: string;
  minutes: number;
  reasons: LateReason[];
}

const PATH = "/api/v1/production/schedule/";

export const fetchLateness = (signal?: AbortSignal): Promise<{ orders: LateOrder[] }> => get<{ orders: LateOrder[] }>(`${PATH}lateness/`, undefined, signal);

export const fetchSchedule = (since: string, until: string, signal?: AbortSignal): Promise<Schedule> => get<Schedule>(PATH, { since, until }, signal);

/** Without a revision: what it would do. With the one it was shown in: does it. */
export const propose = ({ kind, ...wish }: Wish, revision?: string): Promise<ScheduleProposal> =>
  request<ScheduleProposal>("POST", `${PATH}${kind}/`, { body: { ...wish, ...(revision === undefined ? {} : { accept: true, revision }) } });

export const unfix = (operation: number): Promise<unknown> => request("POST", `${PATH}${operation}/unfix/`, { body: {} });
