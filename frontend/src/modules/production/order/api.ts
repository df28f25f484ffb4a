/** One production order as it goes: its operations, cost, material and whom it is for; work in process of a day. */
import { get, post, request } from "@/platform/api/request";

export interface Thing { id: number; label: string; name?: string }

export interface Step {
  id: number; position: number; name: string; status: "waiting" | "running" | "paused" | "done"; place: string; outside: boolean; rework_of: number | null;
  quantity: string; good: string; scrap: string; rework: string; waiting: string; minutes: string; standard: string; planned_start: string | null; planned_end: string | null;
}

export interface CostElement {
  key: "material" | "labour" | "machine" | "overhead" | "outside" | "by_product";
  planned: string; allowed: string; actual: string; difference: string; reasons: { key: string; amount: string }[];
}

export interface Cost { elements: CostElement[]; planned: string; actual: string; received: string; in_process: string; variance: string }
export interface Material { product: Thing; unit: string; required: string; issued: string; missing: string; arrives_on: string | null }
export interface Need { entity: string; id: number | null; label: string; quantity: string | null; customer: string; promised_on: string | null }
export interface Alert { id: number; kind: "material" | "time"; what: string; standard: string; actual: string }
export interface Overview { operations: Step[]; material: Material[]; cost: Cost | null; needs: Need[]; alerts: Alert[] }

export interface InProcess { order: Thing; product: Thing; operation: string | null; place: string; quantity: string; value: string }

export const fetchOverview = (id: number | string, signal?: AbortSignal): Promise<Overview> => get(`/api/v1/production/orders/${id}/overview/`, undefined, signal);
export const fetchInProcess = (on: string, signal?: AbortSignal): Promise<{ on: string; value: string; results: InProcess[] }> => get("/api/v1/production/work-in-process/", { on }, signal);

/** What sales may know of a line: how far its production orders are, without cost. */
export interface Making {
  id: number; number: string; status: "draft" | "released" | "in_progress" | "done" | "closed"; unit: string; quantity: string; completed: string; scrapped: string;
  step: { position: number; of: number; name: string; good: string; quantity: string } | null;
  steps: { name: string; status: Step["status"]; good: string; quantity: string; planned_end: string | null }[];
  expected_on: string | null; due_on: string; start_on: string;
}
export interface LineMaking { line: number; product: Thing; promised_on: string | null; orders: Making[]; to_make: string | null; takes_back: boolean }
export interface OrderMaking { results: LineMaking[] }

const sales = (id: number | string) => `/api/v1/production/sales-orders/${id}`;
export const fetchMaking = (id: number | string, signal?: AbortSignal): Promise<OrderMaking> => get(`${sales(id)}/progress/`, undefined, signal);
export const make = (id: number | string, lines?: number[]): Promise<OrderMaking> => post(`${sales(id)}/make/`, lines ? { lines } : {});
export const unmake = (id: number | string, line: number): Promise<OrderMaking> => request<OrderMaking>("DELETE", `${sales(id)}/make/?line=${line}`);

export interface Clearance {
  order: Thing; version: number; status: Making["status"]; product: Thing; quantity: string; unit: string; start_on: string; due_on: string; made_for: string; materials: number; ready_on: string | null;
  missing: { product: Thing; quantity: string; arrives_on: string | null }[];
}
export interface KitLine { product: Thing; unit: string; quantity: string; short: string; places: { place: string; lot: string; quantity: string }[]; orders: { label: string; quantity: string }[] }
export interface Kit { orders: { id: number; label: string; product: string; name: string; quantity: string; start_on: string }[]; results: KitLine[] }

export const fetchClearances = (orders: readonly number[], signal?: AbortSignal): Promise<{ results: Clearance[] }> => get("/api/v1/production/clear-to-build/", { orders: orders.join(",") }, signal);
export const fetchKit = (orders: readonly number[], signal?: AbortSignal): Promise<Kit> => get("/api/v1/production/kitting/", { orders: orders.join(",") }, signal);
/** Release, or locking of material, of one order. */
export const actOn = (row: Clearance, action: string): Promise<unknown> => post(`/api/v1/production/orders/${row.order.id}/actions/${action}/`, {}, { ifMatch: row.version });
