import { expect, it } from "vitest";
import { spanOf } from "./span";

it("says minutes, then hours, then days", () => {
  expect([59, 60, 90, 2879, 2880, 4320].map(spanOf)).toEqual([["minutes", 59], ["hours", 1], ["hours", 1.5], ["hours", 48], ["days", 2], ["days", 3]]);
});
