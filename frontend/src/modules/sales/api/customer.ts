/** A customer on one page: what every module knows of it, as far as the reader may see. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";

export interface Happening {
  entity: string;
  id: number;
  label: string;
  icon: string;
  day: string | null;
  kind: string;
  state: string;
  state_kind: string;
  detail: string;
  amount: string | null;
  currency: string;
  /** Share of it that is made, 0–1. */
  progress: string | null;
}

export interface CustomerView {
  currency: string;
  today: string;
  /** Null: the reader may not see orders; `net` alone: no amounts. */
  sales: { orders: number; net: string | null; open_orders: number; last_order_on: string | null } | null;
  people: { id: number; name: string; role: string; phone: string; email: string }[];
  coming: Happening[];
  happened: Happening[];
  more: boolean;
}

/** Read anew whenever the page opens: it is made of many records' facts. */
export function useCustomer(party: RecordId, limit: number) {
  const { slug } = useTenant();
  return useQuery({
    queryKey: keyOf(slug, "shared.party", "customer", [party, limit]),
    queryFn: ({ signal }) => get<CustomerView>(`/api/v1/shared/parties/${party}/customer/?limit=${limit}`, undefined, signal),
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
  });
}
