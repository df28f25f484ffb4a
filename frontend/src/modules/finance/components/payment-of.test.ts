import { expect, it } from "vitest";
import type { Row } from "@/platform/records/types";
import { paymentOf } from "./payment-of";

const invoice = (more: Partial<Row>): Row => ({ id: 1, version: 1, kind: "sales_invoice", status: "posted", party: { id: 9, label: "A Bike Store" }, currency: "EUR", open_amount: "120.50", ...more });

it("takes what is still open, in the invoice's own currency", () => {
  expect(paymentOf(invoice({}))).toEqual({ direction: "in", party: 9, currency: "EUR", amount: "120.50" });
  expect(paymentOf(invoice({ kind: "purchase_invoice", status: "part_paid", open_amount: "0.01" }))).toMatchObject({ direction: "out", amount: "0.01" });
});

it.each([{ status: "draft" }, { status: "paid", open_amount: "0.00" }, { status: "reversed" }, { kind: "sales_credit_note" }, { open_amount: "0.00" }, { party: null }])("offers none for %o", (more) => {
  expect(paymentOf(invoice(more))).toBeNull();
});
