/** What stands beside a quote: whether its reader may offer it alone, approvals, links for the customer, what it said. */
import { get, request } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";

export interface Beyond { limit: "amount" | "discount" | "margin" | "none"; is?: string; allowed?: string }
export interface Approval { id: number; state: "asked" | "approved" | "refused" | "withdrawn"; by: string; asked_at: string; reason: string; beyond: Beyond[]; discount: string; margin_percent: string | null; decided_by: string; decided_at: string | null; decision: string }
export interface QuoteLink { id: number; email: string; made_at: string; expires_at: string; revoked_at: string | null; first_used_at: string | null; last_used_at: string | null }
export interface Answer { kind: "comment" | "accepted" | "declined"; at: string; name: string; title: string; words: string; signed: boolean; hash: string }
export interface Desk { beyond: Beyond[]; approvals: Approval[]; links: QuoteLink[]; answers: Answer[] }

const path = (id: RecordId) => `/api/v1/crm/quotes/${id}/`;

export const fetchDesk = (id: RecordId, signal?: AbortSignal): Promise<Desk> => get<Desk>(`${path(id)}desk/`, {}, signal);
export const makeLink = (id: RecordId): Promise<{ id: number; address: string; expires_at: string }> => request("POST", `${path(id)}links/`, { body: {} });
export const revokeLink = (id: RecordId, link: number): Promise<void> => request("POST", `${path(id)}links/${link}/revoke/`, { body: {} });
export const paperOf = (id: RecordId): string => `${path(id)}paper/`;
