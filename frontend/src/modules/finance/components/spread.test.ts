import { expect, it } from "vitest";
import { itemsOf, plainAmount, spread, sumsOf } from "./spread";

const dues = [{ id: 1, open: "100.00" }, { id: 2, open: "50.50" }, { id: 3, open: "20.00" }];

it("serves the oldest first, the chosen one before it, and nobody once the money is gone", () => {
  expect([...spread("120.00", dues)]).toEqual([[1, "100.00"], [2, "20.00"]]);
  expect([...spread("60", dues, 2)]).toEqual([[2, "50.50"], [1, "9.50"]]);
  expect([...spread("0", dues)]).toEqual([]);
});

it("says what stays on account, and which invoice would get too much", () => {
  expect(sumsOf("200.00", dues, spread("200.00", dues))).toEqual({ given: "170.50", rest: "29.50", over: [] });
  expect(sumsOf("50", dues, new Map([[1, "100.01"]]))).toEqual({ given: "100.01", rest: "-50.01", over: [1] });
});

it("reads amounts as people type them and tells the server only of invoices that get something", () => {
  expect(plainAmount("22,600.00")).toBe("22600.00");
  expect(plainAmount("abc")).toBe("0");
  expect(itemsOf(dues, new Map([[1, "1,0"], [2, ""], [3, "20"]]))).toEqual([{ invoice: 3, amount: "20" }]);
});
