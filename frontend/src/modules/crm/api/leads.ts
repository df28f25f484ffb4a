/** Who might be the same as a lead; what a lead became. */
import { get } from "@/platform/api/request";
import type { Ref, Row } from "@/platform/records/types";

export interface DuplicateHit {
  entity: "shared.party" | "crm.lead";
  /** Null for a record that belongs to somebody else. */
  id: number | null;
  label: string;
  reason: string;
}

export interface Became extends Ref {
  entity: string;
  route: string;
}

export interface Conversion {
  party: Became;
  contact: Became | null;
  opportunity: Became | null;
}

export const fetchDuplicates = async (lead: Row, signal?: AbortSignal): Promise<DuplicateHit[]> => {
  const query = { name: String(lead.name ?? ""), email: String(lead.email ?? ""), phone: String(lead.phone ?? ""), exclude: String(lead.id) };
  return (await get<{ results: DuplicateHit[] }>("/api/v1/crm/leads/duplicates/", query, signal)).results;
};
