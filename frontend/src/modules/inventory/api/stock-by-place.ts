/** Stock along the tree of places, and what moved a balance. */
import { get } from "@/platform/api/request";

export interface PlaceRow {
  place: { id: number; label: string };
  on_hand: string;
  reserved: string;
  available: string;
  products: number;
  has_children: boolean;
}

/** The places right below one; none: the top ones. With a product its quantities, else what lies there of everything. */
export const fetchPlaces = (place: number | null, product: number | null, signal?: AbortSignal): Promise<{ results: PlaceRow[] }> =>
  get(`/api/v1/inventory/stock-by-place/`, { place: place ?? undefined, product: product ?? undefined }, signal);
