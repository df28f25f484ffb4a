import { expect, it } from "vitest";
import { outlookOf } from "./report-of";

const order = { quantity: "6.000000", completed: "2.000000", scrapped: "1.000000" };
const wheels = { product: { id: 1, label: "WHEEL" }, required: "12", issued: "6" };

it("takes the share of the material that the pieces need and that was not issued", () => {
  const found = outlookOf(order, [wheels], "2", "", "");
  expect(found.takes).toEqual([{ id: 1, label: "WHEEL", quantity: 4 }]);
  expect(found).toMatchObject({ tooMany: false, finishes: false, empty: false });
  expect(Number(found.left)).toBe(1);
});

it("knows when the order is finished, when it is too much, and when there is nothing to say", () => {
  expect(outlookOf(order, [], "2", "1", "").finishes).toBe(true);
  expect(outlookOf(order, [], "4", "", "").tooMany).toBe(true);
  expect(outlookOf(order, [wheels], "", "", "").empty).toBe(true);
  expect(outlookOf(order, [wheels], "", "", "30")).toMatchObject({ empty: false, takes: [] });
  expect(outlookOf(order, [wheels], "abc", "", "").empty).toBe(true);
});
