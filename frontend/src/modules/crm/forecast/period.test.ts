import { expect, test } from "vitest";
import { periodOf, shifted } from "./period";

test("months and quarters of a day", () => {
  expect(periodOf("2026-11-24", "month")).toBe("2026-11");
  expect(periodOf("2026-11-24", "quarter")).toBe("2026-Q4");
  expect(periodOf("2026-03-31", "quarter")).toBe("2026-Q1");
});

test("before and after, over the years", () => {
  expect(shifted("2026-12", 1)).toBe("2027-01");
  expect(shifted("2026-01", -1)).toBe("2025-12");
  expect(shifted("2026-Q1", -1)).toBe("2025-Q4");
  expect(shifted("2026-Q4", 2)).toBe("2027-Q2");
});
