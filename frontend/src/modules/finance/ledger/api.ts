/** Statements, vouchers, closing. Amounts are decimal strings in the company's currency. */
import { get } from "@/platform/api/request";
import type { Ref } from "@/platform/records/types";

export const base = "/api/v1/finance";
export type StatementKind = "balance_sheet" | "income" | "cash_flow" | "cash_flow_indirect";
export interface StatementAsk { kind: StatementKind; layout: string; since: string; to: string; compare: boolean }
export interface StatementColumn { key: string; label: string; since: string; until: string }
export interface StatementRow { key: string; kind: "section" | "line" | "detail" | "total" | "opening"; line: string; label: string; amounts: string[]; opens: boolean }
export interface Statement { kind: StatementKind; title: string; layout: string; layouts: string[]; currency: string; columns: StatementColumn[]; rows: StatementRow[]; difference: string }
export interface StatementParts { since: string; until: string; results: { account: Ref & { code: string }; amount: string }[] }
export interface CashLine { id: number; entry: Ref; entry_date: string; narration: string; debit: string; credit: string; party: string }
export type Ratios = Record<"dio" | "dso" | "dpo" | "ccc" | "gross_margin", string | null>;

const asked = (ask: StatementAsk) => ({ ...ask, compare: String(ask.compare) });

export const fetchStatement = (ask: StatementAsk, signal?: AbortSignal) => get<Statement>(`${base}/statements/`, asked(ask), signal);
export const fetchParts = (ask: StatementAsk, key: string, column: string, signal?: AbortSignal) => get<StatementParts>(`${base}/statements/parts/`, { ...asked(ask), key, column }, signal);
export const fetchCashLines = (account: number | string, since: string, to: string, signal?: AbortSignal) => get<{ results: CashLine[]; more: boolean }>(`${base}/statements/cash/${account}/`, { since, to }, signal);
export const fetchRatios = (ask: StatementAsk, signal?: AbortSignal) => get<Ratios>(`${base}/ratios/`, asked(ask), signal);
export const fileOf = (ask: StatementAsk, what: "sheet" | "paper") => `${base}/statements/${what}/?${new URLSearchParams(asked(ask) as Record<string, string>).toString()}`;

export type Standing = "open" | "soft" | "closed";
export interface DeskPeriod { id: number; label: string; status: Standing; starts_on: string; ends_on: string; version: number; stock: Standing; receivable: Standing; payable: Standing; bank: Standing }
export interface Mend { label: string; entity: string; filters: Record<string, string>; id: number | null; action: string; body: Record<string, unknown>; route: string }
export interface DeskLine { key: string; group: "documents" | "accruals" | "ties" | "profit"; title: string; state: "done" | "todo" | "stops"; note: string; count: number | null; amount: string | null; mend: Mend | null }
export interface ClosingDesk { period: DeskPeriod; periods: DeskPeriod[]; currency: string; ready: boolean; lines: DeskLine[] }
export interface Proof { key: string; title: string; findings: string[]; milliseconds: number }

export const fetchClosing = (period: number | null, signal?: AbortSignal) => get<ClosingDesk>(`${base}/closing-desk/`, { period }, signal);
export const fetchBooks = (signal?: AbortSignal) => get<{ results: Proof[] }>(`${base}/books/`, undefined, signal);

export interface RuleAccount { id: number; code: string; label: string }
export interface PostingRule { id: number; version: number; category: Ref | null; product_source: string; debit_account: RuleAccount; credit_account: RuleAccount }
export interface EventRules { event: string; label: string; used: number; optional: boolean; rules: PostingRule[] }
export interface RuleTable { since: string; until: string; sources: { value: string; label: string }[]; results: EventRules[] }
export interface Simulation { since: string; until: string; entries: number; touched: number; shifts: { account: RuleAccount; debit: string; credit: string }[]; examples: { entry: Ref; entry_date: string; product: string; amount: string; from: RuleAccount; to: RuleAccount }[] }
export const fetchRules = (signal?: AbortSignal) => get<RuleTable>(`${base}/rules/`, undefined, signal);
