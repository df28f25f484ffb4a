/** What the server makes of an order or a quote before it is written: prices, taxes, amounts, stock, dates. */
import { post } from "@/platform/api/request";
import type { EntityMeta, Ref } from "@/platform/records/types";

export interface PreviewLine {
  unit_price: string;
  unit: Ref;
  tax: Ref | null;
  subtotal: string;
  total: string;
  /** In the product's stock unit. */
  base_quantity: string;
  /** Null where nothing is kept in stock: services, or stock is switched off. */
  available: string | null;
  incoming: string | null;
  promised_on: string | null;
  /** What the day stands on, in words. */
  reasons?: string[];
  margin?: string | null;
}

export interface PreviewTax {
  label: string;
  rate: string;
  included: boolean;
  base: string;
  amount: string;
}

export interface Preview {
  currency: string;
  subtotal: string;
  tax_amount: string;
  freight: string;
  total: string;
  promised_on: string | null;
  taxes: PreviewTax[];
  lines: PreviewLine[];
  /** Left out for those who may not see what is earned. */
  margin?: string | null;
  margin_percent?: string | null;
}

export const fetchPreview = (entity: EntityMeta, body: unknown, signal?: AbortSignal): Promise<Preview> =>
  post<Preview>(`${entity.endpoint}preview/`, body, { signal });
