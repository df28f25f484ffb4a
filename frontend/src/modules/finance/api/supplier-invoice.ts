/** A supplier's invoice over what it has delivered: what is open, and entering it as it came. */
import { get, request } from "@/platform/api/request";

export interface OpenReceipt { line: number; product: string; name: string; order: { entity: string; id: number; label: string }; ordered_on: string; currency: string; quantity: string; unit: string; unit_price: string; tax_rate: string; drafts: { id: number; reference: string; quantity: string }[] }
export interface Finding { line: number | null; label: string; code: "quantity" | "price" | "freight"; expected: string; found: string; allowed: string }
export interface Entered { entity: string; id: number; label: string; route: string; match: "matched" | "blocked"; findings: Finding[] }
export interface SupplierInvoice { party: number; reference: string; issued_on: string | null; freight: string | null; lines: { purchase_order_line: number; quantity: string; unit_price: string }[] }

const path = "/api/v1/finance/invoices/";

export const fetchOpenReceipts = (supplier: number | string, signal?: AbortSignal): Promise<{ results: OpenReceipt[] }> => get(`${path}open-receipts/`, { supplier }, signal);
export const enterInvoice = (invoice: SupplierInvoice, key: string): Promise<Entered> => request("POST", `${path}from-supplier/`, { body: invoice, idempotencyKey: key });
