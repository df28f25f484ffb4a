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

export interface CentreLoad {
  id: number;
  code: string;
  name: string;
  machines: number;
  /** Minutes of all machines, by bucket. */
  capacity: string[];
  firm: string[];
  proposed: string[];
  over: string;
  over_at: number | null;
}

export interface LoadPiece {
  entity: string;
  id: number | null;
  label: string;
  made_for: string;
  product: ProductRef;
  firm: boolean;
  minutes: string[];
}

export interface Load {
  buckets: Bucket[];
  centres: CentreLoad[];
  pieces: LoadPiece[];
}

/** By bucket, in the company's currency. */
export interface Projection {
  buckets: Bucket[];
  opening: string;
  comes: string[];
  goes: string[];
  stock: string[];
  paid: string[];
  received: string[];
  cash: string[];
}

export const fetchLoad = (size: Size, count: number, centre: number | null, signal?: AbortSignal): Promise<Load> => get("/api/v1/production/load/", { size, count, centre }, signal);
export const fetchProjection = (size: Size, count: number, signal?: AbortSignal): Promise<Projection> => get("/api/v1/production/projection/", { size, count }, signal);

export interface DeliveryLine {
  id: number;
  order: { id: number; label: string };
  customer: string;
  product: ProductRef;
  unit: string;
  quantity: string;
  delivered: string;
  first_promised_on: string | null;
    promised_on: string | null;
  requested_on: string | null;
  complete_on: string | null;
  late: boolean;
}

export interface DueOrder {
  id: number;
  label: string;
  product: ProductRef;
  unit: string;
  due_on: string;
  quantity: string;
  good: string;
}

export interface DeliveryFigures {
  first: string | null;
  lines_first: number;
  promised: string | null;
  requested: string | null;
  attainment: string | null;
  lines_promised: number;
  lines_requested: number;
  orders_due: number;
  lines: DeliveryLine[];
  orders: DueOrder[];
}

export const fetchDelivery = (since: string, until: string, signal?: AbortSignal): Promise<DeliveryFigures> => get("/api/v1/production/delivery-figures/", { since, until }, signal);
