import { describe, expect, it } from "vitest";
import { afterDays, share } from "./plan";

describe("the collection plan", () => {
  it("counts days over months and leap days", () => {
    expect(afterDays("2026-01-31", 30)).toBe("2026-03-02");
    expect(afterDays("2028-02-28", 1)).toBe("2028-02-29");
  });
  it("says that all came only when it did", () => {
    expect(share("0", "0")).toBe(0);
    expect(share("999.99", "1000")).toBe(99);
    expect(share("1000", "1000")).toBe(100);
    expect(share("250", "1000")).toBe(25);
  });
});
