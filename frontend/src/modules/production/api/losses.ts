/** What work centres lost in a period. */
import { get } from "@/platform/api/request";

export interface CentreLoss {
  id: number;
  code: string;
  name: string;
  planned: string;
  run: string;
  down: string;
  good: string;
  total: string;
  availability: string | null;
  performance: string | null;
  quality: string | null;
  oee: string | null;
  error: { share: string; text: string; record: { entity: string; id: number; label: string } | null } | null;
}

export interface Losses {
  results: CentreLoss[];
  scrap: { reason: string; quantity: string }[];
  downtime: { reason: string; minutes: string }[];
}

export const fetchLosses = (since: string, until: string, signal?: AbortSignal): Promise<Losses> => get("/api/v1/production/losses/", { since, until }, signal);
