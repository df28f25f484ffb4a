/** A customer's credit: what counts against its limit, alone and with its group. */
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";

export interface CreditOverride {
  id: number;
  /** Null: for all orders of the customer. */
  order: number | null;
  amount: string;
  valid_until: string;
  reason: string;
  decided_by: string;
}

export interface CreditStanding {
  currency: string;
  receivable: string;
  shipped: string;
  orders: string;
  counts_orders: boolean;
  exposure: string;
  limit: string | null;
  room: string | null;
  overdue_days: number;
  overdue_accepted: number | null;
  group: { id: number; label: string; limit: string | null; exposure: string; room: string | null } | null;
  overrides: CreditOverride[];
}

/** `seen`: what was read stands for this moment of the record that shows it. */
export function useCredit(party: RecordId, seen: unknown) {
  const { slug } = useTenant();
  return useQuery({
    queryKey: keyOf(slug, "finance.invoice", "credit", [party, seen]),
    queryFn: ({ signal }) => get<CreditStanding>(`/api/v1/finance/credit/${party}/`, undefined, signal),
    retry: false,
  }).data;
}
