/** What a promise stands on, down to what is bought, and what a rush would gain and cost others. */
import { post } from "@/platform/api/request";

export interface Ground {
  /** 0 is the product itself, below it what goes into it. */
  depth: number;
  kind: "stock" | "claim" | "supply" | "purchase" | "production" | "missing" | "held";
  product: { id: number; label: string; name: string; unit: string };
  quantity: string;
  on: string | null;
  begins: string | null;
  document: { entity: string; id: number; label: string } | null;
  /** For which work centre it stands in line, and until when. */
  wait: { place: string; since: string; until: string } | null;
  /** No sooner because of this. */
  decides: boolean;
}

export interface RushSlip {
  order: { id: number; label: string };
  product: { label: string; name: string };
  made_for: string;
  due_on: string;
  before: string | null;
  after: string | null;
  minutes: number;
  late: boolean;
}

export interface PromiseAnswer {
  on: string | null;
  reasons: Ground[];
  /** Null where nothing of it waits for a machine: a rush would gain nothing. */
  rush: { on: string; late: number; slips: RushSlip[] } | null;
}

export const fetchPromise = (product: number, quantity: string, line?: number, signal?: AbortSignal): Promise<PromiseAnswer> =>
  post<PromiseAnswer>("/api/v1/production/promise/", { product, quantity, rush: true, ...(line ? { entity: "crm.quote_line", line } : {}) }, { signal });
