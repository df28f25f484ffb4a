import { expect, it } from "vitest";
import { monthOf, shifted } from "./month";

it("is whole weeks from Monday on", () => {
  const november = monthOf("2026-11-24"); // the 1st is a Sunday
  expect([november.since, november.until, november.weeks.length]).toEqual(["2026-10-26", "2026-12-06", 6]);
  const february = monthOf("2027-02-01"); // Monday to Sunday, four weeks
  expect([february.since, february.until, february.weeks.length]).toEqual(["2027-02-01", "2027-02-28", 4]);
  expect(monthOf("2028-02-29").weeks.flat()).toContain("2028-02-29");
});

it("steps over the ends of years", () => {
  expect([shifted("2026-12-01", 1), shifted("2026-01-01", -1), shifted("2026-11-01", 14)]).toEqual(["2027-01-01", "2025-12-01", "2028-01-01"]);
});
