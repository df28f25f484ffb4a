/** The purchase workbench: what must be bought, from whom, and why from there. */
import { get, request } from "@/platform/api/request";

export interface Document {
  entity: string;
  id: number;
  label: string;
}

export interface Offer {
  id: number;
  label: string;
  currency: string;
  price: string;
  quantity: string;
  lead_days: number;
  rejected: string;
  preferred: boolean;
  quota: string | null;
}

export interface NeedRow {
  key: string;
  product: { id: number; label: string; name: string };
  unit: string;
  warehouse: { id: number; label: string } | null;
  quantity: string;
  needed_on: string;
  order_quantity: string;
  supplier: { id: number; label: string; currency: string } | null;
  price: string | null;
  arrives_on: string | null;
  late: boolean;
  reasons: string[];
  needs: { kind: "requisition" | "planning" | "stock"; quantity: string; needed_on: string; document: Document | null }[];
  offers: Offer[];
}

export interface Needs {
  currency: string;
  results: NeedRow[];
}

/** A row as it is to be ordered; supplier and currency only where the buyer decides otherwise. */
export interface Wanted {
  key: string;
  supplier?: number;
  currency?: string;
}

const path = "/api/v1/inventory/purchase-workbench/";

export const fetchNeeds = (horizon: number, signal?: AbortSignal): Promise<Needs> => get<Needs>(path, { horizon }, signal);
export const orderNeeds = (horizon: number, rows: Wanted[], key: string): Promise<Needs & { orders: Document[] }> =>
  request<Needs & { orders: Document[] }>("POST", `${path}order/`, { body: { horizon, rows }, idempotencyKey: key });
