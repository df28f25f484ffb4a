/** What a change of a confirmed order would do before it is saved, and what the dates of its lines stand on. */
import { get, post } from "@/platform/api/request";
import type { EntityMeta, RecordId } from "@/platform/records/types";

export interface LineState {
  product: string;
  unit: string;
  open_quantity: string;
  reserved: string;
  promised_on: string | null;
  coming: string;
  total: string;
}

export interface LineEffect {
  /** Null: a new line. */
  line: number | null;
  position: number;
  before: LineState | null;
  after: LineState;
  /** Bought or made for the line, and not needed any more. */
  surplus: { document: { entity: string; id: number; label: string }; quantity: string; due_on: string }[];
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

export const fetchPromises = (id: RecordId, signal?: AbortSignal): Promise<{ lines: LinePromise[] }> =>
  get<{ lines: LinePromise[] }>(`/api/v1/shared/sales-orders/${id}/promises/`, undefined, signal);
