/** Handovers: what somebody looks after, who takes it, and what became of it. */
import { get, post } from "@/platform/api/request";

export interface Person {
  id: number;
  name: string;
  email: string;
  department: string | null;
  is_active: boolean;
}

export interface Heir extends Person {
  /** Kinds that their roles would not show them. */
  blind: string[];
}

export interface OwnedKind {
  entity: string;
  label: string;
  icon: string;
  open: number;
  closed: number;
  has_states: boolean;
  is_on: boolean;
  can_view: boolean;
}

export interface Preview {
  member: Person;
  manager: Person | null;
  kinds: OwnedKind[];
  access: { is_active: boolean; sessions: number; keys: number; reports: number; jobs: number; owner: boolean; oneself: boolean };
  heirs: Heir[];
  running: number | null;
}

export interface Rule {
  entity: string;
  to: number;
  closed?: "keep" | "move";
  ids?: number[];
  filters?: Record<string, string>;
}

export interface HandoverRow {
  id: number;
  member: Person;
  heir: Person;
  state: "scheduled" | "running" | "done" | "cancelled";
  state_label: string;
  closed: "keep" | "move";
  last_day: string | null;
  ends_at: string | null;
  ended_at: string | null;
  move_now: boolean;
  exports_held: boolean;
  note: string;
  job: number | null;
  created_at: string;
  created_by: { id: number; label: string };
  done_at: string | null;
  request_id: string;
}

export interface ReportKind {
  entity: string;
  label: string;
  icon: string;
  route: string;
  moved: number;
  heirs: { id: number; name: string; count: number }[];
  kept: number;
  failed: number;
}

export interface Report extends HandoverRow {
  figures: { sessions?: number; keys?: number; jobs?: number; reports?: number; moved?: number; failed?: number };
  kinds: ReportKind[];
}

export interface Item {
  entity: string;
  id: number;
  label: string;
  was_open: boolean;
  heir: { id: number; label: string } | null;
  failed: string;
}

export interface JobState {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  message: string;
}

export interface HandoverInput {
  member: number;
  heir: number | null;
  ends: boolean;
  last_day: string | null;
  move_now: boolean;
  closed: "keep" | "move";
  rules: Rule[];
  exports_held: boolean;
  note: string;
}

const base = "/api/v1/handovers/";
export const handoversKey = ["handovers"] as const;

export const fetchMembers = async () =>
  (await get<{ results: { id: number; name: string; email: string; is_active: boolean }[] }>("/api/v1/access/members/", { limit: 500, order: "name", fields: "id,name,email,is_active" })).results;
export const fetchHandovers = async () => (await get<{ results: HandoverRow[] }>(base)).results;
export const fetchPreview = (member: number) => get<Preview>(`${base}preview/`, { member });
export const fetchRecords = (member: number, entity: string, search: string, state: string) =>
  get<{ results: { id: number; label: string }[]; more: boolean }>(`${base}records/`, { member, entity, search, state });
export const startHandover = (input: HandoverInput) => post<Report>(base, input);
export const fetchReport = (id: number) => get<Report>(`${base}${id}/`);
export const fetchItems = (id: number, entity: string, offset: number) => get<{ results: Item[]; next: number | null }>(`${base}${id}/items/`, { entity, offset });
export const actOn = (id: number, verb: "cancel" | "resume") => post<Report>(`${base}${id}/actions/${verb}/`);
export const fetchJob = (job: number) => get<JobState>(`/api/v1/jobs/${job}/`);
export const csvPath = (id: number) => `${base}${id}/report.csv`;
