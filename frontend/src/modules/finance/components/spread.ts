/** Which invoice gets how much of a payment. Amounts are decimal strings. */
import { compare, parseDecimal, subtract, sum } from "@/platform/fields/decimal/exact";

export interface Due {
  id: number;
  open: string;
}

const least = (a: string, b: string) => (compare(a, b) <= 0 ? a : b);

/** A typed amount as a plain decimal; what is no amount counts as nothing. */
export const plainAmount = (typed: string): string => parseDecimal(typed) ?? "0";

/** From the first to the last, each in full while there is money; `first` is served before all others. */
export function spread(amount: string, dues: Due[], first?: number): Map<number, string> {
  const order = [...dues].sort((a, b) => Number(b.id === first) - Number(a.id === first));
  const given = new Map<number, string>();
  let left = amount;
  for (const due of order) {
    if (compare(left, "0") <= 0) break;
    const part = least(left, due.open);
    given.set(due.id, part);
    left = subtract(left, part);
  }
  return given;
}

export interface Sums {
  given: string;
  /** Stays on the party's account; negative when more is given than there is. */
  rest: string;
  /** Invoices that would get more than is open. */
  over: number[];
}

export function sumsOf(amount: string, dues: Due[], typed: ReadonlyMap<number, string>): Sums {
  const parts = dues.map((due) => ({ due, part: plainAmount(typed.get(due.id) ?? "") }));
  const given = sum(parts.map(({ part }) => part)) || "0";
  return { given, rest: subtract(amount, given), over: parts.filter(({ due, part }) => compare(part, due.open) > 0).map(({ due }) => due.id) };
}

/** The same as it stands in a field: with thousands commas. */
export const written = (parts: ReadonlyMap<number, string>, format: (amount: string) => string): Map<number, string> => new Map([...parts].map(([id, part]) => [id, format(part)]));

/** What the server is told: every invoice that gets something. */
export const itemsOf = (dues: Due[], typed: ReadonlyMap<number, string>): { invoice: number; amount: string }[] =>
  dues.flatMap((due) => {
    const amount = plainAmount(typed.get(due.id) ?? "");
    return compare(amount, "0") > 0 ? [{ invoice: due.id, amount }] : [];
  });
