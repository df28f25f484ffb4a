/** What a customer owes, or what we owe a supplier: invoices that are not settled. */
import { useQuery } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import type { RecordId, Ref } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";

export interface OpenItem {
  entity: string;
  id: number;
  kind: "invoice" | "credit_note" | "payment";
  number: string;
  party: Ref;
  dated: string;
  due_on: string;
  reference: string;
  currency: string;
  total: string;
  open: string;
}

/** Open invoices of a party in one currency, oldest due first. `known` is false while my rights do not show them. */
export function useOpenInvoices(direction: "in" | "out", party: RecordId, currency: string): { items: OpenItem[]; known: boolean; loading: boolean } {
  const side = direction === "in" ? "receivable" : "payable";
  const known = useCan(`finance.${side}.view`);
  const { slug } = useTenant();
  const { data, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.invoice", "open-items", [side, party]),
    queryFn: async ({ signal }) => (await get<{ results: OpenItem[] }>("/api/v1/finance/open-items/", { side, party: String(party) }, signal)).results,
    enabled: known,
  });
  return { items: (data ?? []).filter((item) => item.kind === "invoice" && item.currency === currency), known, loading: known && isPending };
}
