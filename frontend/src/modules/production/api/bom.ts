/** A product's structure: what goes in, where it is used. */
import { get } from "@/platform/api/request";
import type { ProductRef } from "./planning";

export interface BomLine {
  line_id: number;
  parent_id: number;
  product: ProductRef;
  source: "make" | "buy";
  level: number;
  /** Per one unit of the top. */
  quantity: string;
  /** What each order of its parent takes besides. */
  fixed: string;
  phantom: boolean;
  designators: string;
  /** Code of what follows when it is used up. */
  followed_by: string;
}

export interface BomTree {
  product: { id: number; label: string };
  tree: BomLine[];
  where_used: { product: ProductRef; quantity: string }[];
}

export const fetchBomTree = (productId: number | string, signal?: AbortSignal): Promise<BomTree> =>
  get<BomTree>(`/api/v1/production/bom-tree/${productId}/`, undefined, signal);
