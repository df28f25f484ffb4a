/** What the desks of the warehouse look at: what comes in, and what is owed to customers. */
import { get } from "@/platform/api/request";

export interface Named {
  id: number;
  label: string;
}

export interface DeskLine {
  id: number;
  product: { id: number; label: string; name: string; name_zh: string };
  quantity: string;
  unit: string;
}

export interface Expected {
  key: string;
  order: Named & { version: number };
  supplier: Named;
  day: string | null;
  /** The supplier has said that day. */
  confirmed: boolean;
  /** A receipt that somebody has begun. */
  draft: Named | null;
  lines: DeskLine[];
}

export type Readiness = "ready" | "short" | "waiting";

export interface Owed {
  order: Named & { version: number };
  customer: Named;
  day: string;
  state: Readiness;
  /** `ready`: locked for the line or free. */
  lines: (DeskLine & { ready: string })[];
}

interface Desk<T> {
  results: T[];
  /** There is more than is told. */
  more: boolean;
}

export const fetchExpected = (signal?: AbortSignal): Promise<Desk<Expected>> => get(`/api/v1/inventory/receiving-desk/`, undefined, signal);
export const fetchOwed = (signal?: AbortSignal): Promise<Desk<Owed>> => get(`/api/v1/inventory/shipping-desk/`, undefined, signal);
