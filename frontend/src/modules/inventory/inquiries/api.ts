/** Offers side by side, and what was decided about them. */
import { get, request } from "@/platform/api/request";
import type { Document } from "../api/purchase-needs";

export interface Cell {
  offer: number; price: string; per: string; unit: string; currency: string; least: string | null; arrives_on: string | null; lead_days: number | null; late: boolean; alternative: string;
  unit_cost: string; unit_price: string; goods: string; duty: string; freight: string; total: string;
}
export interface Asked {
  id: number; supplier: Document; email: string; status: "waiting" | "seen" | "answered" | "declined"; status_label: string; round: number; freight: string; duty_percent: string;
  given: { round: number; at: string }[];
  /** Attached to answers of rounds that are opened. */
  files: { id: number; name: string; size: number; round: number }[];
  answer: { round: number; at: string; currency: string; rate: string; freight: string; valid_until: string | null; words: string; expired: boolean; lines: number; total: string } | null;
}
export interface Line { id: number; product: Document; name: string; description: string; quantity: string; unit: string; base_quantity: string; base_unit: string; second_quantity: string | null; second_unit: string | null; cost_unit: string; needed_on: string | null; awarded: string; best: number | null; cells: Record<string, Cell | undefined> }
export interface Comparison {
  id: number; number: string; status: "draft" | "sent" | "opened" | "awarded" | "cancelled"; round: number; closes_at: string | null; sealed: boolean; currency: string;
  suppliers: Asked[]; lines: Line[];
  awards: { line: number; supplier: number; quantity: string; reason: string; order: (Document & { status: string }) | null }[];
  history: { kind: string; label: string; at: string; by: string; round: number; supplier: string; words: string }[];
}
export interface Decision { line: number; supplier: number; quantity: string | null; reason: string }

const path = "/api/v1/inventory/inquiries/";

export const fetchComparison = (id: number | string, signal?: AbortSignal): Promise<Comparison> => get<Comparison>(`${path}${id}/comparison/`, {}, signal);
export const award = (id: number | string, body: { awards: Decision[]; agree_prices: boolean; tell_losers: boolean; finish: boolean }, key: string): Promise<Comparison & { orders: Document[] }> =>
  request("POST", `${path}${id}/award/`, { body, idempotencyKey: key });
export const makeLink = (supplier: number, email: string): Promise<{ address: string; expires_at: string }> =>
  request("POST", "/api/v1/inventory/supplier-links/new/", { body: { supplier, email } });
export const saveCosts = (id: number | string, suppliers: { supplier: number; freight: string; duty_percent: string }[]): Promise<unknown> =>
  request("POST", `${path}${id}/actions/costs/`, { body: { suppliers } });
export const inquireNeeds = (horizon: number, keys: string[], key: string): Promise<Document> =>
  request("POST", "/api/v1/inventory/purchase-workbench/inquire/", { body: { horizon, keys }, idempotencyKey: key });

export interface Attached { id: number; name: string; size: number }
export const fetchAttached = (id: number | string, signal?: AbortSignal): Promise<{ attachments: Attached[]; shared: number[] }> =>
  Promise.all([get<{ results: Attached[] }>(`${path}${id}/attachments/`, {}, signal), get<{ shared: number[] }>(`${path}${id}/files/`, {}, signal)]).then(([all, marked]) => ({ attachments: all.results, shared: marked.shared }));
export const shareFile = (id: number | string, attachment: number, shared: boolean): Promise<{ shared: number[] }> => request("POST", `${path}${id}/files/`, { body: { attachment, shared } });
export const answerFile = (id: number | string, file: number): string => `${path}${id}/answer-files/${file}/`;
