import { describe, expect, it } from "vitest";
import { everyFrom } from "./every";

describe("days that come round", () => {
  it("keeps the day of the month, or takes its last", () => {
    expect(everyFrom("2026-01-31", "month", 4)).toEqual(["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    expect(everyFrom("2026-11-15", "month", 3)).toEqual(["2026-11-15", "2026-12-15", "2027-01-15"]);
  });
  it("counts weeks over the end of a year", () => {
    expect(everyFrom("2026-12-24", "week", 2)).toEqual(["2026-12-24", "2026-12-31"]);
    expect(everyFrom("2026-12-24", "fortnight", 2)).toEqual(["2026-12-24", "2027-01-07"]);
  });
});
