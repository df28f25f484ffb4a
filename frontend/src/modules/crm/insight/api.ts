/** Scores, segments, cohorts and what is still to come of customers. Money is in the company's currency. */
import { get } from "@/platform/api/request";

export const SEGMENTS = ["champions", "loyal", "new", "promising", "cannot_lose", "at_risk", "hibernating"] as const;
export type Segment = (typeof SEGMENTS)[number];

export interface TopCustomer {
  customer: { id: number; label: string };
  owner: string;
  days: number;
  orders: number;
  value: string;
  recency: number;
  frequency: number;
  monetary: number;
  segment: Segment;
  /** Probability that they still are a customer, 0–1; null without a model. */
  alive: string | null;
  ahead: string | null;
}

export interface Insight {
  on: string;
  currency: string;
  customers: number;
  segments: { segment: Segment; count: number; value: string; ahead: string | null }[];
  /** Rows: standing 5 to 1; columns: recency 1 to 5. */
  map: number[][];
  cohorts: { month: string; kept: number[] }[];
  retention: { month: string; share: string | null }[];
  model: { fitted_on: string; customers: number; came_again: number } | null;
  top: TopCustomer[];
}

export const fetchInsight = (segment: Segment | "", signal?: AbortSignal): Promise<Insight> => get("/api/v1/crm/insight/", segment ? { segment } : {}, signal);
