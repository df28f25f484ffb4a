/** The documents that hang on a sales order, each asked for only when I may see its kind. */
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { fetchPage } from "@/platform/records/api";
import type { RecordId, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";

export interface Linked {
  entity: string;
  rows: Row[];
  /** False while my rights or the company's modules do not show this kind. */
  known: boolean;
}

export function useLinked(entityKey: string, filter: Record<string, string | number>): Linked {
  const entity = useEntity(entityKey);
  const { slug } = useTenant();
  const query = { ...filter, limit: 20 };
  const { data } = useQuery({
    queryKey: keyOf(slug, entityKey, "list", ["linked", query]),
    queryFn: ({ signal }) => fetchPage(entity!, query, signal),
    enabled: entity !== undefined,
  });
  return { entity: entityKey, rows: data?.results ?? [], known: entity !== undefined };
}

export interface ProfitLine {
  key: string;
  label: string;
  sign: 1 | -1;
  estimate: string | null;
  actual: string;
  difference: string | null;
  returned: string;
  reasons: { key: string; label: string; amount: string }[];
  postings: ProfitPosting[];
}

export interface ProfitPosting {
  id: number;
  entry: { id: number; label: string };
  entry_date: string;
  account: { id: number; label: string };
  product: string;
  amount: string;
  narration: string;
  source: { entity: string; id: number; label: string } | null;
}

export interface Profit {
  currency: string;
  lines: ProfitLine[];
  profit: { estimate: string | null; actual: string; difference: string | null };
  margin: { estimate: string | null; actual: string | null };
}

export const fetchProfit = (orderId: RecordId, signal?: AbortSignal): Promise<Profit> =>
  get<Profit>(`/api/v1/finance/order-profit/${orderId}/`, undefined, signal);

export const invoiceOrder = (orderId: RecordId): Promise<Row> =>
  request<Row>("POST", "/api/v1/finance/invoices/from-order/", { body: { sales_order: Number(orderId) } });
