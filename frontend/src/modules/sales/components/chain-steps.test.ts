import { describe, expect, it } from "vitest";
import type { Row } from "@/platform/records/types";
import type { Linked } from "../api/documents";
import { chainSteps, type Documents } from "./chain-steps";

const row = (id: number, status: string): Row => ({ id, version: 1, number: `N-${id}`, status });
const linked = (entity: string, ...rows: Row[]): Linked => ({ entity, rows, known: true });
const hidden = (entity: string): Linked => ({ entity, rows: [], known: false });
const none: Documents = { quote: linked("crm.quote"), production: linked("production.order"), delivery: linked("inventory.delivery"), invoice: linked("finance.invoice") };
const steps = (status: string, documents: Partial<Documents> = {}) => chainSteps({ ...row(7, status) }, { ...none, ...documents }, (key) => key);
const states = (status: string, documents: Partial<Documents> = {}) => Object.fromEntries(steps(status, documents).map((step) => [step.key, step.state]));

describe("chain of a sales order", () => {
  it("of a draft waits for the order itself, and promises delivery, invoice and payment", () => {
    expect(states("draft")).toEqual({ order: "now", delivery: "todo", invoice: "todo", payment: "todo" });
  });

  it("shows quote and production only where there were any", () => {
    const all = steps("confirmed", { quote: linked("crm.quote", row(1, "won")), production: linked("production.order", row(2, "released")) });
    expect(all.map((step) => step.key)).toEqual(["quote", "order", "production", "delivery", "invoice", "payment"]);
    expect(all.map((step) => step.state)).toEqual(["done", "done", "now", "todo", "todo", "todo"]);
  });

  it("takes cancelled and reversed documents for none", () => {
    expect(states("confirmed", {
      production: linked("production.order", row(2, "cancelled")), delivery: linked("inventory.delivery", row(3, "cancelled")), invoice: linked("finance.invoice", row(4, "reversed")),
    })).toEqual({ order: "done", delivery: "todo", invoice: "todo", payment: "todo" });
  });

  it("is done with a kind only when every document of it is", () => {
    const part = steps("part_delivered", { delivery: linked("inventory.delivery", row(5, "draft"), row(3, "posted")) });
    const delivery = part.find((step) => step.key === "delivery");
    expect(delivery).toMatchObject({ state: "now", count: 2, note: "N-5", opens: { entity: "inventory.delivery" } });
    expect(states("delivered", { delivery: linked("inventory.delivery", row(5, "posted"), row(3, "posted")) }).delivery).toBe("done");
  });

  it("is paid when every invoice is, under way when some of the money is there", () => {
    const paid = (...rows: Row[]) => states("delivered", { invoice: linked("finance.invoice", ...rows) }).payment;
    expect(paid(row(1, "posted"))).toBe("todo");
    expect(paid(row(1, "part_paid"))).toBe("now");
    expect(paid(row(1, "paid"), row(2, "posted"))).toBe("now");
    expect(paid(row(1, "paid"), row(2, "paid"), row(3, "reversed"))).toBe("done");
  });

  it("says nothing of kinds one may not see", () => {
    expect(Object.keys(states("confirmed", { delivery: hidden("inventory.delivery"), invoice: hidden("finance.invoice") }))).toEqual(["order"]);
  });
});
