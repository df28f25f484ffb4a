/** Planning ahead: the master plan by week or month. */
import { get, request } from "@/platform/api/request";
import type { ProductRef } from "../api/planning";

export type Size = "week" | "month";
export const ROWS = ["forecast", "orders", "dependent", "counted", "gross", "scheduled", "entered", "planned", "projected", "promise", "cumulative"] as const;
export type RowName = (typeof ROWS)[number];

export interface Bucket {
  since: string;
  until: string;
}

export interface MasterProduct {
  product: ProductRef;
  unit: string;
  decimals: number;
  free: string;
  safety: string;
  frozen_until: string | null;
  demand_until: string | null;
  rows: Record<RowName, (string | null)[]>;
  /** Why a bucket was changed inside the frozen fence. */
  reasons: string[];
}

export interface MasterPlan {
  planned_on: string | null;
  /** `due_on`: the first working day that is left; null where nobody works any more. */
  buckets: (Bucket & { due_on: string | null })[];
  products: MasterProduct[];
  may_frozen: boolean;
}

export interface Cell {
  product: number;
  size: Size;
  count: number;
  since: string;
  quantity: string | null;
  reason?: string;
}

const master = "/api/v1/production/master-plan/";
export const fetchMasterPlan = (size: Size, count: number, signal?: AbortSignal): Promise<MasterPlan> => get(master, { size, count }, signal);
export const enterCell = (cell: Cell): Promise<MasterPlan> => request("POST", master, { body: cell });
