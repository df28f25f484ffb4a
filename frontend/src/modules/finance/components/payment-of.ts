/** What settles an invoice: which way the money goes, to whom, and how much is open. */
import type { RecordId, Ref, Row } from "@/platform/records/types";

export interface Due {
  direction: "in" | "out";
  party: RecordId;
  currency: string;
  amount: string;
}

const DIRECTION: Record<string, Due["direction"] | undefined> = { sales_invoice: "in", purchase_invoice: "out" };
const UNSETTLED = new Set(["posted", "part_paid"]);

export function paymentOf(invoice: Row): Due | null {
  const direction = DIRECTION[String(invoice.kind)];
  const party = invoice.party as Ref | null;
  const amount = String(invoice.open_amount ?? "0");
  if (!direction || !party || !UNSETTLED.has(String(invoice.status)) || !(Number(amount) > 0)) return null;
  return { direction, party: party.id, currency: String(invoice.currency ?? ""), amount };
}
