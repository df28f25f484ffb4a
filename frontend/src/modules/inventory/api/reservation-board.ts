/** The reservation board: who holds what of a product, what is still to come, and who waits for it. */
import { get, post, type Query } from "@/platform/api/request";
import type { Document } from "./purchase-needs";

export interface LineRef {
  entity: string;
  id: number;
}

export interface Lock {
  id: number;
  quantity: string;
  place: string;
  lot: string;
  is_hard: boolean;
  until: string | null;
}

export interface Claim {
  id: number;
  quantity: string;
  supply: LineRef;
}

export interface BoardLine {
  line: LineRef;
  /** Null: a document that I may not see. */
  document: Document | null;
  priority: 1 | 2 | 3;
  needed_on: string | null;
  /** Null: holds stock without being ordered (a quote). */
  quantity: string | null;
  short: string;
  locked: Lock[];
  claimed: Claim[];
}

export interface BoardSupply {
  supply: LineRef;
  document: Document | null;
  quantity: string;
  claimed: string;
  due_on: string;
}

export interface BoardProduct {
  product: { id: number; label: string; code: string; name: string };
  unit: string;
  on_hand: string;
  reserved: string;
  available: string;
  lines: BoardLine[];
  supplies: BoardSupply[];
}

export interface Board {
  results: BoardProduct[];
  next: string | null;
}

export const SHOWN = ["all", "short", "locked", "claimed", "holds"] as const;
export type Shown = (typeof SHOWN)[number];
export type Verb = "lock" | "claim" | "release" | "reassign" | "take-over";

const path = "/api/v1/inventory/reservation-board/";

export const fetchBoard = (query: Query, signal?: AbortSignal): Promise<Board> => get<Board>(path, query, signal);
export const boardDo = (verb: Verb, body: unknown, key: string): Promise<Board> => post<Board>(`${path}${verb}/`, body, { idempotencyKey: key });
