/** What a change of a confirmed order would do before it is saved, and what the dates of its lines stand on. */
import { get, post } from "@/platform/api/request";
import type { EntityMeta, RecordId, Ref, Row } from "@/platform/records/types";

export interface LineState {
  product: string;
  unit: string;
  open_quantity: string;
  reserved: string;
  promised_on: string | null;
  coming: string;
  total: string;
  invoiced: string;
}

export interface LineEffect {
  /** Null: a new line. */
  line: number | null;
  position: number;
  before: LineState | null;
  after: LineState;
  /** Bought or made for the line, and not needed any more. */
  surplus: { document: { entity: string; id: number; label: string }; quantity: string; due_on: string }[];
  /** Drafts of invoices that ask for another price, or for more. */
  bills: { entity: string; id: number; label: string }[];
}

/** Which limit a change goes beyond: somebody else has to approve it. */
export interface Beyond {
  limit: "amount" | "percent" | "margin" | "none";
  is?: string;
  allowed?: string;
}

/** What the customer owes for what is called off, by the terms of the order. */
export interface ChargeEffect {
  currency: string;
  cancelled_value: string;
  amount: string;
  /** Position null: the least that the terms ask for. */
  parts: { position: number | null; when: "always" | "days" | "released" | "ready"; days: number | null; percent: string | null; amount: string }[];
}

export interface Effects {
  lines: LineEffect[];
  charge: ChargeEffect | null;
  /** Of a change: what the order is worth. */
  value: { before: string; after: string; beyond: Beyond[] } | null;
}

export interface Difference {
  line: number | null;
  position: number | null;
  label: string;
  field: string;
  old: string | null;
  new: string | null;
}

export interface OrderChange extends Row {
  state: "done" | "proposed" | "refused" | "withdrawn";
  revision: number;
  happened_at: string;
  by: string;
  reason: string;
  differences: Difference[];
  beyond: Beyond[];
  value_before: string;
  value_after: string;
  currency: string;
  /** Left out where a role hides margins. */
  margin_before?: string | null;
  margin_after?: string | null;
  asked_by: Ref | null;
  decided_by: string;
  decided_at: string | null;
  decision_reason: string;
}

export interface LinePromise {
  line: number;
  promised_on: string | null;
  expected_on: string | null;
  reasons: string[];
}

export const fetchChange = (entity: EntityMeta, id: RecordId, lines: unknown, signal?: AbortSignal): Promise<Effects> =>
  post<Effects>(`${entity.endpoint}${id}/change-preview/`, { lines }, { signal });

/** `action`: cancel or close. */
export const fetchEnd = (entity: EntityMeta, id: RecordId, action: string, signal?: AbortSignal): Promise<Effects> =>
  post<Effects>(`${entity.endpoint}${id}/${action}-preview/`, {}, { signal });

/** The latest first. */
export const fetchChanges = (id: RecordId, signal?: AbortSignal): Promise<{ results: OrderChange[] }> =>
  get<{ results: OrderChange[] }>("/api/v1/shared/sales-order-changes/", { order__in: id, limit: 100 }, signal);

export const fetchPromises = (id: RecordId, signal?: AbortSignal): Promise<{ lines: LinePromise[] }> =>
  get<{ lines: LinePromise[] }>(`/api/v1/shared/sales-orders/${id}/promises/`, undefined, signal);
