/** Reports of finance. Amounts are decimal strings in the company's currency. */
import { get } from "@/platform/api/request";
import type { Ref } from "@/platform/records/types";

export interface Figures {
  opening: string;
  debit: string;
  credit: string;
  closing: string;
}

export interface BalanceRow extends Figures {
  account: Ref & { code: string };
  type: string;
  level: number;
  is_group: boolean;
}

export interface TrialBalance {
  since: string;
  until: string;
  currency: string;
  period: { id: number; label: string; status: string } | null;
  groups: ({ type: string; label: string } & Figures)[];
  rows: BalanceRow[];
  total: Figures;
}

export interface LedgerLine {
  id: number;
  entry: Ref;
  entry_date: string;
  party: Ref | null;
  product: Ref | null;
  source: { entity: string; id: number; label: string } | null;
  narration: string;
  debit: string;
  credit: string;
  balance: string;
}

export interface AccountLedger {
  account: Ref & { code: string };
  opening: string;
  closing: string;
  results: LedgerLine[];
  more: boolean;
}

export interface AgeingRow {
  party: Ref;
  [bucket: string]: string | Ref;
}

export interface Ageing {
  currency: string;
  as_of: string;
  results: AgeingRow[];
  totals: Record<string, string>;
}

export interface OrderProfitRow {
  order: Ref;
  customer: Ref;
  ordered_on: string;
  status: string;
  revenue: string;
  profit: string;
  returned: string;
  margin: string | null;
  [component: string]: string | Ref | null;
}

export interface OrdersProfit {
  currency: string;
  results: OrderProfitRow[];
  next: number | null;
  gross_margin?: string;
  unallocated?: string;
}

export interface UnallocatedAccount { account: Ref; component: string; amount: string; lines: number }
export interface ProfitPosting { id: number; entry: Ref; entry_date: string; amount: string; narration: string; product: string; source: { entity: string; id: number; label: string } | null }

const base = "/api/v1/finance";

export const fetchTrialBalance = (since: string, to: string, signal?: AbortSignal): Promise<TrialBalance> =>
  get<TrialBalance>(`${base}/trial-balance/`, { since, to }, signal);
export const fetchLedger = (account: number | string, since: string, to: string, signal?: AbortSignal): Promise<AccountLedger> =>
  get<AccountLedger>(`${base}/trial-balance/${account}/`, { since, to }, signal);
export const fetchCheck = async (signal?: AbortSignal): Promise<string[]> =>
  (await get<{ findings: string[] }>(`${base}/check/`, undefined, signal)).findings;
export const fetchAgeing = (side: string, as_of: string, signal?: AbortSignal): Promise<Ageing> =>
  get<Ageing>(`${base}/ageing/`, { side, as_of }, signal);
export const fetchOrdersProfit = (search: string, signal?: AbortSignal): Promise<OrdersProfit> =>
  get<OrdersProfit>(`${base}/order-profit/`, { search, limit: 200 }, signal);
export const fetchUnallocated = (signal?: AbortSignal) => get<{ results: UnallocatedAccount[] }>(`${base}/order-profit/unallocated/`, undefined, signal);
export const fetchUnallocatedPostings = (account: number | string, signal?: AbortSignal) => get<{ results: ProfitPosting[] }>(`${base}/order-profit/unallocated/`, { account }, signal);
