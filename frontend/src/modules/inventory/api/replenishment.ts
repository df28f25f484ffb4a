/** Replenishment, forecasts, slow stock and turnover. */
import { get, request } from "@/platform/api/request";
import type { Document } from "./purchase-needs";

interface Named {
  id: number;
  label: string;
}

export interface Shortage {
  id: number;
  product: Named & { name: string };
  unit: string;
  made: boolean;
  warehouse: Named;
  on_hand: string;
  incoming: string;
  outgoing: string;
  asked: string;
  projected: string;
  until: string;
  short: boolean;
  point: string;
  point_from: "manual" | "computed" | "product";
  manual_point: string | null;
  computed_point: string | null;
  computed_safety: string | null;
  product_point: string;
  fill: string;
  daily_demand: string | null;
  daily_deviation: string | null;
  lead_days: string | null;
  lead_deviation: string | null;
  receipts: number;
  service_level: string;
  need: string;
  sizes: string[];
  quantity: string;
  alert_since: string | null;
  documents: Document[];
  transfers: { warehouse: Named; quantity: string }[];
}

export interface Board {
  results: Shortage[];
}

const path = "/api/v1/inventory/replenishment/";

export const fetchBoard = (signal?: AbortSignal): Promise<Board> => get<Board>(path, undefined, signal);
export const act = (how: "requisition" | "order", rows: { policy: number }[], key: string): Promise<Board & { made: Document[] }> =>
  request<Board & { made: Document[] }>("POST", `${path}act/`, { body: { how, rows }, idempotencyKey: key });
export const transfer = (policy: number, warehouse: number, quantity: string, key: string): Promise<Board & { moved: string }> =>
  request<Board & { moved: string }>("POST", `${path}transfer/`, { body: { policy, from_warehouse: warehouse, quantity }, idempotencyKey: key });
export const RUN = `${path}run/`;

export interface Outlook {
  product: Named & { name: string };
  unit: string;
  method: "average" | "ses" | "holt_winters" | "sba";
  mase: string | null;
  wape: string | null;
  computed_at: string;
  history: { month: string; issued: string; days_out: number; demand: string }[];
  forecast: { month: string; quantity: string; computed: string; low: string; high: string; override: { id: number; version: number; reason: string } | null }[];
}

export const fetchOutlook = (forecast: string, signal?: AbortSignal): Promise<Outlook> => get<Outlook>(`/api/v1/inventory/forecasts/${forecast}/outlook/`, undefined, signal);

const overrides = "/api/v1/inventory/forecast-overrides/";

/** Says a month otherwise, changes that, or takes it back (no quantity). */
export function sayOtherwise(product: number, month: Outlook["forecast"][number], quantity: string, reason: string): Promise<unknown> {
  if (month.override) {
    const at = `${overrides}${month.override.id}/`;
    return quantity === "" ? request("DELETE", at, { ifMatch: month.override.version }) : request("PATCH", at, { body: { quantity, reason }, ifMatch: month.override.version });
  }
  return request("POST", overrides, { body: { product, month: month.month, quantity, reason } });
}

export interface SlowRow {
  product: Named & { name: string };
  unit: string;
  quantity: string;
  value: string;
  idle: number;
  oldest: number;
  ages: string[];
  demand: string;
  excess: string;
  excess_value: string;
  kind: "dead" | "slow" | "excess" | "moving";
  provision: string;
  action: { id: number; kind: string; reason: string; owner: string; until: string } | null;
}

export interface SlowStock {
  currency: string;
  ages: number[];
  total: string;
  dead: string;
  slow: string;
  excess: string;
  provision: string;
  dead_share: string | null;
  results: SlowRow[];
}

export const fetchSlowStock = (horizon: number, signal?: AbortSignal): Promise<SlowStock> => get<SlowStock>("/api/v1/inventory/slow-stock/", { horizon }, signal);

export type TurnoverBy = "product" | "abc" | "warehouse";

export interface TurnoverRow {
  key: string;
  label: string;
  cogs: string;
  consumed: string;
  closing: string;
  average: string;
  turns: string | null;
  days: string | null;
}

export interface TurnoverReport {
  currency: string;
  since: string;
  until: string;
  total: TurnoverRow;
  results: TurnoverRow[];
}

export const fetchTurnover = (by: TurnoverBy, signal?: AbortSignal): Promise<TurnoverReport> => get<TurnoverReport>("/api/v1/inventory/stock-turnover/", { by }, signal);
