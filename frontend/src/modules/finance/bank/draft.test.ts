import { describe, expect, it } from "vitest";
import type { DeskLine, OpenInvoice } from "./api";
import { bodyOf, left, nothing, withInvoice, withRest } from "./draft";

const line = (amount: string): DeskLine => ({ id: 1, day: "2026-01-05", amount, party: "", party_account: "", reference: "", text: "", proposals: [] });
const invoice = (id: number, open: string, incoming = true): OpenInvoice => ({ id, number: `S-${id}`, party: { id: 9, label: "Alpha" }, due_on: "2026-01-01", reference: "", incoming, open });

describe("a match by hand", () => {
  it("takes an invoice whole, or as far as the money goes", () => {
    const lines = [line("1000.00")];
    const first = withInvoice(lines, nothing, invoice(1, "600.00"));
    const second = withInvoice(lines, first, invoice(2, "700.00"));
    expect(second.invoices.map((one) => one.amount)).toEqual(["600.00", "400.00"]);
    expect(left(lines, second)).toBe("0.00");
    expect(withInvoice(lines, second, invoice(1, "600.00")).invoices).toHaveLength(1);
  });

  it("posts what the bank kept to an account, as the bank has it", () => {
    const lines = [line("990.00")];
    // the money does not reach: the invoice is settled in part until somebody says that it was paid whole
    const draft = { ...nothing, invoices: [{ invoice: invoice(1, "1000.00"), amount: "1000.00" }] };
    expect(left(lines, draft)).toBe("-10.00");
    const whole = withRest(lines, draft, { id: 5, label: "Fees" });
    expect(bodyOf(lines, whole)).toEqual({ lines: [1], ledger: [], invoices: [{ invoice: 1, amount: "1000.00" }], on_account: null, postings: [{ account: 5, amount: "-10.00" }] });
    expect(left(lines, whole)).toBe("0.00");
  });

  it("pays a supplier with money out", () => {
    const lines = [line("-904.00")];
    const draft = withInvoice(lines, nothing, invoice(3, "1000.00", false));
    expect(draft.invoices[0]?.amount).toBe("904.00");
    expect(left(lines, draft)).toBe("0.00");
  });
});
