/** From the documents that exist to the steps of the chain: what is done, what is on, what is to come. */
import type { Row } from "@/platform/records/types";
import type { ChainStep } from "@/ui/chain";
import type { Linked } from "../api/documents";

export type ChainKey = "quote" | "order" | "production" | "delivery" | "invoice" | "payment";
export type Documents = Record<"quote" | "production" | "delivery" | "invoice", Linked>;

export interface FoundStep extends ChainStep {
  key: ChainKey;
  /** The document the step opens. */
  opens?: { entity: string; row: Row };
}

const isLive = (row: Row) => row.status !== "cancelled" && row.status !== "reversed";
const isDone: Record<keyof Documents, (row: Row) => boolean> = {
  quote: () => true,
  production: (row) => row.status === "done" || row.status === "closed",
  delivery: (row) => row.status === "posted",
  invoice: (row) => row.status !== "draft",
};

function stepOf(key: keyof Documents, label: string, linked: Linked): FoundStep {
  const rows = linked.rows.filter(isLive);
  const first = rows[0];
  return {
    key, label, count: rows.length,
    note: first ? String(first.number ?? "") : undefined,
    state: !first ? "todo" : rows.every(isDone[key]) ? "done" : "now",
    opens: first && { entity: linked.entity, row: first },
  };
}

function paymentState(invoices: Row[]): ChainStep["state"] {
  if (invoices.length > 0 && invoices.every((row) => row.status === "paid")) return "done";
  return invoices.some((row) => row.status === "part_paid" || row.status === "paid") ? "now" : "todo";
}

/** Delivery and invoice are always to come; a quote or production is shown only where there was one. */
export function chainSteps(order: Row, documents: Documents, label: (key: ChainKey) => string): FoundStep[] {
  const { quote, production, delivery, invoice } = documents;
  const optional = (key: "quote" | "production", linked: Linked) => (linked.rows.some(isLive) ? [stepOf(key, label(key), linked)] : []);
  const expected = (key: "delivery" | "invoice", linked: Linked) => (linked.known ? [stepOf(key, label(key), linked)] : []);
  const settled = order.status !== "draft" && order.status !== "cancelled";
  return [
    ...optional("quote", quote),
    { key: "order", label: label("order"), note: String(order.number ?? ""), state: settled ? "done" : "now" },
    ...optional("production", production),
    ...expected("delivery", delivery),
    ...expected("invoice", invoice),
    ...(invoice.known ? [{ key: "payment" as const, label: label("payment"), state: paymentState(invoice.rows.filter(isLive)) }] : []),
  ];
}
