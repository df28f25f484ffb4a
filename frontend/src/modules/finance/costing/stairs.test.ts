import { expect, it } from "vitest";
import { stairs } from "./stairs";

it("stands each step where the one before ended", () => {
  const found = stairs([{ key: "before", amount: "400" }, { key: "price", amount: "100" }, { key: "cost", amount: "-300" }, { key: "mix", amount: "0" }, { key: "after", amount: "200" }]);
  expect(found.map((bar) => [bar.key, bar.kind, bar.from, bar.size])).toEqual([["before", "whole", 0, 80], ["price", "up", 80, 20], ["cost", "down", 40, 60], ["after", "whole", 0, 40]]);
});

it("has room below zero", () => expect(stairs([{ key: "before", amount: "-50" }, { key: "price", amount: "100" }, { key: "after", amount: "50" }]).map((bar) => [bar.from, bar.size])).toEqual([[0, 50], [0, 100], [50, 50]]));
