/** What purchases cost: ordered, received, and the variance from standard cost or the price before. */
import { get } from "@/platform/api/request";

export type CostsBy = "supplier" | "category" | "product" | "month" | "buyer";
export type Against = "standard" | "last";

export interface CostRow {
  key: string;
  label: string;
  ordered: string;
  received: string;
  compared: string;
  reference: string;
  variance: string;
  share: string | null;
}

export interface CostReport {
  currency: string;
  total: CostRow;
  results: CostRow[];
}

export const fetchPurchaseCosts = (by: CostsBy, against: Against, months: number | undefined, signal?: AbortSignal): Promise<CostReport> =>
  get<CostReport>("/api/v1/inventory/purchase-costs/", { by, against, ...(months ? { months } : {}) }, signal);
