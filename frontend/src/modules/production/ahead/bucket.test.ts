import { expect, test } from "vitest";
import { bucketName, weekNumber } from "./bucket";

test("weeks are counted as ISO 8601 does: the year's first Thursday lies in week 1", () => {
  expect([weekNumber("2026-03-02"), weekNumber("2025-12-29"), weekNumber("2026-12-28"), weekNumber("2027-01-04")]).toEqual([10, 1, 53, 1]);
});

test("months have their name in the language", () => {
  const march = { since: "2026-03-01", until: "2026-03-31" };
  expect(bucketName(march, "month", "en", String)).toBe("Mar 26");
  expect(bucketName(march, "month", "zh", String)).toContain("3月");
  expect(bucketName({ since: "2026-03-02", until: "2026-03-08" }, "week", "en", (number) => `W${number}`)).toBe("W10");
});
