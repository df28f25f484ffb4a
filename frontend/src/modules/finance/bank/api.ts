/** The matching desk: what the bank says beside what the ledger says. Amounts are decimal strings in the account's currency, money in positive. */
import { get, post } from "@/platform/api/request";
import type { Ref } from "@/platform/records/types";

const base = "/api/v1/finance/bank";

export interface AccountOption { id: number; label: string; currency: string; kind: "bank" | "cash"; number: string }
export interface Target { kind: "fee" | "interest" | "difference"; id: number; label: string }
export interface DeskAccount extends AccountOption { statement: string; ledger: string; mapping: Partial<Mapping>; opening_on: string | null; last: string | null; open: number; review: number; targets: Target[] }
export interface BankLine { id: number; day: string; amount: string; party: string; party_account: string; reference: string; text: string }
export interface OpenInvoice { id: number; number: string; party: Ref; due_on: string; reference: string; incoming: boolean; open: string }
export interface WaitingLine { id: number; day: string; amount: string; entry: Ref; text: string; party: string; number: string; reference: string }
export interface Proposal { confidence: number; reasons: string[]; party: Ref | null; ledger: WaitingLine[]; invoices: (OpenInvoice & { settled: string })[]; on_account: string | null; posting: { account: Ref; amount: string } | null }
export interface DeskLine extends BankLine { proposals: Proposal[] }
export interface BankDesk { accounts: AccountOption[]; account: DeskAccount | null; lines: DeskLine[]; outstanding: WaitingLine[] }
export interface Reconciliation { day: string; currency: string; statement: string; ledger: string; before: string; difference: string; lines_total: string; outstanding_total: string; lines: BankLine[]; outstanding: WaitingLine[] }

export interface MatchBody { lines: number[]; ledger: number[]; invoices: { invoice: number; amount: string }[]; on_account: { party: number; amount: string } | null; postings: { account: number; amount: string; narration?: string }[]; confidence?: number; reason?: string }
export interface Made { id: number; label: string; version: number }

export interface Mapping { columns: Record<string, string>; delimiter: string; day_format: string; decimal: string; skip: number; flip: boolean }
export interface PreviewStatement { number: string; starts_on: string; ends_on: string; opening: string; closing: string; lines: number; known: number; said: boolean; total_in: string; total_out: string }
export interface Preview { format: string; statements: PreviewStatement[]; problem: string; columns: string[]; day_formats: string[]; mapping?: Mapping; headings?: string[]; sample?: string[][] }
export interface Imported { statements: { id: number; label: string; lines: number; known: number }[]; matched: number }

export const fetchDesk = (account: number | null, signal?: AbortSignal) => get<BankDesk>(`${base}/desk/`, { account }, signal);
export const fetchInvoices = (account: number, search: string, direction: string, signal?: AbortSignal) => get<{ results: OpenInvoice[] }>(`${base}/invoices/`, { account, search, direction }, signal);
export const fetchReconciliation = (account: number, day: string, signal?: AbortSignal) => get<Reconciliation>(`${base}/reconciliation/`, { account, day }, signal);
export const sendMatch = (body: MatchBody, key: string) => post<Made>(`${base}/match/`, body, { idempotencyKey: key });
export const sendAutomatic = (account: number, key: string) => post<{ matched: number }>(`${base}/automatic/`, { account }, { idempotencyKey: key });
export const undoMatch = (made: Made, key: string) => post(`/api/v1/finance/bank-matches/${made.id}/actions/undo/`, {}, { idempotencyKey: key, ifMatch: made.version });

export interface Ask { account: number; file: File; mapping: Mapping | null; opening: string; closing: string }
export function sendFile<T>(ask: Ask, preview: boolean, key?: string): Promise<T> {
  const form = new FormData();
  form.set("account", String(ask.account));
  form.set("file", ask.file);
  if (ask.mapping) form.set("mapping", JSON.stringify(ask.mapping));
  if (ask.opening) form.set("opening", ask.opening);
  if (ask.closing) form.set("closing", ask.closing);
  form.set("preview", preview ? "true" : "false");
  return post<T>(`${base}/import/`, form, key ? { idempotencyKey: key } : {});
}
