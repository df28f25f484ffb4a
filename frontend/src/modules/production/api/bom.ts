/** A product's structure: what goes in, where it is used. */
import { get } from "@/platform/api/request";
import type { ProductRef } from "./planning";

export interface BomLine {
  line_id: number;
  parent_id: number;
  product: ProductRef;
  source: "make" | "buy";
  level: number;
  /** Per one unit of the top, in `unit`, the stock unit of the component. */
  quantity: string;
  unit: string;
  scrap: string;
  valid_from: string | null;
  valid_until: string | null;
  /** Rolled up, per stock unit; null for whom costs are hidden. */
  unit_cost: string | null;
  /** What it adds to one unit of the top, with all below it. */
  cost: string | null;
  /** What each order of its parent takes besides. */
  fixed: string;
  phantom: boolean;
  designators: string;
  /** Code of what follows when it is used up. */
  followed_by: string;
}

export interface BomTree {
  product: { id: number; label: string; unit: string };
  /** Of one unit of the top; null for whom costs are hidden, and where there is no bill. */
  cost: Record<"material" | "labour" | "machine" | "overhead" | "outside" | "total", string> | null;
  tree: BomLine[];
  where_used: { product: ProductRef; quantity: string }[];
}

export const fetchBomTree = (productId: number | string, signal?: AbortSignal): Promise<BomTree> =>
  get<BomTree>(`/api/v1/production/bom-tree/${productId}/`, undefined, signal);
