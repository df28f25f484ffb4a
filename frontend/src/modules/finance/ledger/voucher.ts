/** A voucher as it is typed: exact arithmetic, what balances it, what is sent. */
import { compare, multiply, round, subtract, sum } from "@/platform/fields/decimal/exact";
import { get, patch, post } from "@/platform/api/request";
import type { Ref } from "@/platform/records/types";
import { base } from "./api";

export interface DeskAccount { id: number; code: string; label: string; other: string; find: [string, string]; by_hand: boolean }
export interface Desk { accounts: DeskAccount[]; currencies: { code: string; rate: string | null }[] }
export interface TypedLine {
  /** Of the row on the page only. */
  key: number;
  account: Ref | null;
  debit: string;
  credit: string;
  currency: string;
  rate: string;
  party: Ref | null;
  product: Ref | null;
  department: Ref | null;
  sales_order: Ref | null;
  narration: string;
}
export interface KeptVoucher { id: number; version: number; kind: string; name: string; status: string; entry_date: string | null; narration: string; lines: Partial<TypedLine>[]; every_months: number; next_on: string | null; ends_on: string | null; reverses: boolean }

let serial = 0;
export const emptyLine = (over: Partial<TypedLine> = {}): TypedLine => ({ account: null, debit: "", credit: "", currency: "", rate: "", party: null, product: null, department: null, sales_order: null, narration: "", ...over, key: ++serial });

export const fetchDesk = (on: string, signal?: AbortSignal) => get<Desk>(`${base}/voucher-desk/`, { on }, signal);
export const postVoucher = (body: unknown, idempotencyKey: string) => post<{ id: number; number: string; voucher: string }>(`${base}/voucher-entry/`, body, { idempotencyKey });
export const keepVoucher = (kept: KeptVoucher | null, body: unknown) => kept ? patch<KeptVoucher>(`${base}/vouchers/${kept.id}/`, body, { ifMatch: kept.version }) : post<KeptVoucher>(`${base}/vouchers/`, body);
export const fetchVoucher = (id: string, signal?: AbortSignal) => get<KeptVoucher>(`${base}/vouchers/${id}/`, undefined, signal);
export const postKept = async (id: number) => (await post<{ record: { entry: Ref } }>(`${base}/vouchers/${id}/actions/post/`, {})).record;

/** Typed with thousands separators or a comma from the number pad: what the server reads. */
export const plain = (text: string) => text.replace(/[,，\s]/g, "");
const number = (text: string) => (/^-?\d*\.?\d*$/.test(plain(text)) && plain(text) !== "" && plain(text) !== "." ? plain(text) : "0");

/** Worth in the company's currency, rounded as the server does. */
export const worth = (amount: string, rate: string, places: number): string => (rate === "" ? number(amount) : round(multiply(number(amount), number(rate)), places));

export interface Totals { debit: string; credit: string; missing: string; side: "debit" | "credit" | null }

export function totals(lines: TypedLine[], home: string, rates: ReadonlyMap<string, string>, places: number): Totals {
  const of = (line: TypedLine, side: "debit" | "credit") => worth(line[side], line.currency && line.currency !== home ? line.rate || (rates.get(line.currency) ?? "0") : "", places);
  const debit = sum(lines.map((line) => of(line, "debit")));
  const credit = sum(lines.map((line) => of(line, "credit")));
  const side = compare(debit, credit) === 0 ? null : compare(debit, credit) > 0 ? "credit" : "debit";
  const missing = side === "credit" ? subtract(debit, credit) : side === "debit" ? subtract(credit, debit) : "0";
  return { debit, credit, missing, side };
}

/** Accounts that fit what was typed: number from its beginning, then name, then pinyin (initials or in full). */
export function findAccounts(accounts: DeskAccount[], text: string): DeskAccount[] {
  const wanted = text.trim().toLowerCase().replace(/['’\s]/g, "");
  if (wanted === "") return accounts.filter((one) => one.by_hand).slice(0, 50);
  const rank = (one: DeskAccount) => {
    const names = [one.label, one.other].map((name) => name.toLowerCase().replace(/\s/g, ""));
    if (one.code === wanted) return 0;
    if (one.code.startsWith(wanted)) return 1;
    if (names.some((name) => name.startsWith(wanted))) return 2;
    if (one.find.some((found) => found.startsWith(wanted))) return 3;
    if (names.some((name) => name.includes(wanted)) || one.find.some((found) => found.includes(wanted))) return 4;
    return 9;
  };
  return accounts.map((one) => ({ one, at: rank(one) + (one.by_hand ? 0 : 0.5) })).filter(({ at }) => at < 9).sort((a, b) => a.at - b.at || a.one.code.localeCompare(b.one.code)).slice(0, 50).map(({ one }) => one);
}

const idOf = (ref: Ref | null) => (ref ? Number(ref.id) : null);
export const isTyped = (line: TypedLine) => line.account !== null || line.debit !== "" || line.credit !== "";

/** What posting reads: ids instead of references. */
export const lineBody = (line: TypedLine) => ({
  account: idOf(line.account), debit: plain(line.debit) || null, credit: plain(line.credit) || null, currency: line.currency, rate: plain(line.rate) || null,
  party: idOf(line.party), product: idOf(line.product), department: idOf(line.department), sales_order_id: idOf(line.sales_order), narration: line.narration,
});
/** What a draft keeps: as typed. */
export const keptLine = ({ key: _key, ...line }: TypedLine) => ({ ...line, debit: plain(line.debit), credit: plain(line.credit), rate: plain(line.rate) });
