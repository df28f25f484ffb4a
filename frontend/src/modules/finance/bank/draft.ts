/** What is put together for bank lines by hand, and what is still missing for both sides to add up. */
import { add, compare, isNegative, subtract, sum } from "@/platform/fields/decimal/exact";
import type { Ref } from "@/platform/records/types";
import type { DeskLine, MatchBody, OpenInvoice, Proposal, WaitingLine } from "./api";

export interface Draft {
  ledger: WaitingLine[];
  invoices: { invoice: OpenInvoice; amount: string }[];
  postings: { account: Ref; amount: string }[];
  onAccount: { party: Ref; amount: string } | null;
}

export const nothing: Draft = { ledger: [], invoices: [], postings: [], onAccount: null };
const negative = (value: string) => subtract("0", value);
const abs = (value: string) => (isNegative(value) ? negative(value) : value);

/** As the bank has it: what a customer pays is positive, what a supplier gets negative. */
export const effect = (one: Draft["invoices"][number]) => (one.invoice.incoming ? one.amount : negative(one.amount));
export const given = (draft: Draft) => sum([...draft.ledger.map((one) => one.amount), ...draft.invoices.map(effect), ...draft.postings.map((one) => one.amount), draft.onAccount?.amount ?? "0"]);
export const wanted = (lines: DeskLine[]) => sum(lines.map((line) => line.amount));
export const left = (lines: DeskLine[], draft: Draft) => subtract(wanted(lines), given(draft));
export const empty = (draft: Draft) => draft.ledger.length + draft.invoices.length + draft.postings.length === 0 && !draft.onAccount;

/** An invoice is taken whole, or as far as the money goes. */
export function withInvoice(lines: DeskLine[], draft: Draft, invoice: OpenInvoice): Draft {
  if (draft.invoices.some((one) => one.invoice.id === invoice.id)) return { ...draft, invoices: draft.invoices.filter((one) => one.invoice.id !== invoice.id) };
  const rest = left(lines, draft);
  const same = isNegative(rest) !== invoice.incoming && compare(rest, "0") !== 0;
  const amount = same && compare(abs(rest), invoice.open) < 0 ? abs(rest) : invoice.open;
  return { ...draft, invoices: [...draft.invoices, { invoice, amount }] };
}

export function withLedger(draft: Draft, line: WaitingLine): Draft {
  const had = draft.ledger.some((one) => one.id === line.id);
  return { ...draft, ledger: had ? draft.ledger.filter((one) => one.id !== line.id) : [...draft.ledger, line] };
}

/** What is left goes to an account, on top of what went there before. */
export function withRest(lines: DeskLine[], draft: Draft, account: Ref): Draft {
  const rest = left(lines, draft);
  const before = draft.postings.find((one) => one.account.id === account.id);
  const amount = before ? add(before.amount, rest) : rest;
  const others = draft.postings.filter((one) => one.account.id !== account.id);
  return { ...draft, postings: compare(amount, "0") === 0 ? others : [...others, { account, amount }] };
}

export const ofProposal = (one: Proposal): Draft => ({
  ledger: one.ledger,
  invoices: one.invoices.map(({ settled, ...invoice }) => ({ invoice, amount: settled })),
  postings: one.posting ? [one.posting] : [],
  onAccount: one.on_account && one.party ? { party: one.party, amount: one.on_account } : null,
});

export const bodyOf = (lines: DeskLine[], draft: Draft): MatchBody => ({
  lines: lines.map((line) => line.id),
  ledger: draft.ledger.map((line) => line.id),
  invoices: draft.invoices.map((one) => ({ invoice: one.invoice.id, amount: one.amount })),
  on_account: draft.onAccount ? { party: Number(draft.onAccount.party.id), amount: draft.onAccount.amount } : null,
  postings: draft.postings.map((one) => ({ account: Number(one.account.id), amount: one.amount })),
});
