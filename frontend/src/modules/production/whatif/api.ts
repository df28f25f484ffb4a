/** What-ifs: their changes, what came of them, and applying. */
import { get, request } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";
import type { ProductRef } from "../api/planning";

export const KINDS = ["line", "order", "overtime", "stop", "supplier", "planning"] as const;
export type Kind = (typeof KINDS)[number];
export type Verdict = "later" | "earlier" | "new" | "off" | "same";

interface Named { id: number; label: string }
export interface OrderLine extends Named { order: number; quantity: string; on: string | null }

export interface Change {
  id: number;
  kind: Kind;
  applied_at: string | null;
  calculated: boolean;
  order_line: OrderLine | null;
  party: Named | null;
  product: ProductRef | null;
  work_centre: Named | null;
  on: string | null;
  quantity: string | null;
  price: string | null;
  lead_days: number | null;
  starts_at: string | null;
  ends_at: string | null;
  safety_stock: string | null;
  order_min: string | null;
  order_multiple: string | null;
}

export interface ComparedLine {
  id: number;
  order: number | null;
  label: string;
  verdict: Verdict;
  product: ProductRef;
  base_quantity: string | null;
  quantity: string | null;
  base_needed: string | null;
  needed: string | null;
  base_on: string | null;
  on: string | null;
}

/** Money is missing for those who may not see what the plan is worth. */
export interface Figures {
  lines: number;
  late: number;
  exceptions: number;
  proposals: number;
  late_proposals: number;
  purchase?: string;
  making?: string;
  extra?: string;
  cost?: string;
  opening?: string;
  stock?: string[];
  paid?: string[];
  received?: string[];
  cash?: string[];
}

export interface Exceptional {
  change: "gone" | "new";
  kind: string;
  label: string;
  quantity: string;
  product: ProductRef;
  due_on: string | null;
  needed_on: string | null;
}

export interface CentreWeeks {
  id: number;
  code: string;
  name: string;
  base: string[];
  base_capacity: string[];
  branch: string[];
  branch_capacity: string[];
}

export interface Outcome {
  today: string;
  weeks: { since: string; until: string }[];
  base: Figures;
  branch: Figures;
  exceptions: Exceptional[];
  centres: CentreWeeks[];
}

export interface Comparison {
  state: "draft" | "done" | "applied";
  planned_at: string | null;
  changes: Change[];
  lines: ComparedLine[];
  line_count: number;
  outcome: Outcome | null;
}

export interface Conflict {
  change: number;
  kind: "not_calculated" | "changed" | "refused";
  text: string;
  fields: { name: string; was: unknown; now: unknown }[];
}

const of = (scenario: RecordId) => `/api/v1/production/scenarios/${scenario}/`;
export const fetchComparison = (scenario: RecordId, signal?: AbortSignal): Promise<Comparison> => get(`${of(scenario)}comparison/`, undefined, signal);
export const putChange = (scenario: RecordId, change: number | null, body: Record<string, unknown>): Promise<Change> =>
  request(change === null ? "POST" : "PUT", `${of(scenario)}changes/${change === null ? "" : `${change}/`}`, { body });
export const dropChange = (scenario: RecordId, change: number): Promise<void> => request("DELETE", `${of(scenario)}changes/${change}/`, {});
export const applyChanges = (scenario: RecordId, changes: number[], accept: boolean): Promise<{ conflicts: Conflict[]; state: string }> =>
  request("POST", `${of(scenario)}apply/`, { body: { changes, accept } });
