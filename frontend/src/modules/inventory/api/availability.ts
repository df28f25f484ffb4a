/** What there is of a product, and what may be promised from which day on. */
import { get } from "@/platform/api/request";
import type { Document } from "./purchase-needs";

export interface Flow {
  on: string;
  quantity: string;
  document: Document | null;
}

export interface CurveDay {
  on: string;
  projected: string;
  available: string;
  flows: Flow[];
}

export interface Availability {
  product: { id: number; label: string };
  unit: string;
  on_hand: string;
  reserved: string;
  available: string;
  incoming: string;
  outgoing: string;
  warehouses: { warehouse: { id: number; label: string }; on_hand: string; reserved: string; available: string }[];
  by_date: CurveDay[];
  /** Of one warehouse: what comes or goes and names none. */
  unplaced: Flow[];
}

export const fetchAvailability = (product: number | string, warehouse: number | null, signal?: AbortSignal): Promise<Availability> =>
  get<Availability>(`/api/v1/inventory/availability/${product}/`, { warehouse }, signal);
