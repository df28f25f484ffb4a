import { describe, expect, it } from "vitest";
import { addDays, daysBetween, formatDay, formatLongDay, formatMoment, momentParts } from "./date";
import { currencySymbol, formatMoney, formatNumber, formatPercent, formatQuantity } from "./number";

describe("numbers", () => {
  it("groups thousands and writes the real minus", () => {
    expect(formatNumber("-1234567.5")).toBe("\u22121,234,567.5");
    expect(formatNumber("1234567.5", { places: 2 })).toBe("1,234,567.50");
  });
  it("rounds half up on the digits, beyond what a float can hold", () => {
    expect(formatNumber("0.005", { places: 2 })).toBe("0.01");
    expect(formatNumber("1.005", { places: 2 })).toBe("1.01");
    expect(formatNumber("999999999999999999.995", { places: 2 })).toBe("1,000,000,000,000,000,000.00");
    expect(formatNumber("-0.004", { places: 2 })).toBe("0.00");
  });
  it("shows zero as a dash where asked and trims what carries nothing", () => {
    expect(formatNumber("0.00", { dashZero: true })).toBe("–");
    expect(formatQuantity("12.5000", "pcs")).toBe("12.5 pcs");
    expect(formatQuantity("3.000")).toBe("3");
    expect(formatQuantity("300")).toBe("300");
  });
  it("leaves what is no number as it is", () => {
    expect(formatNumber("n/a")).toBe("n/a");
    expect(formatNumber(null)).toBe("");
  });
  it("puts the sign of the currency behind the minus", () => {
    expect(formatMoney("-1180", "CNY")).toBe("\u2212¥1,180.00");
    expect(formatMoney("5", "JPY", 0)).toBe("¥5");
    expect(formatMoney("5", "XTS")).toBe("XTS 5.00");
    expect(currencySymbol("not a code")).toBe("not a code ");
    expect(formatPercent("12.14")).toBe("12.1%");
  });
});

describe("dates", () => {
  it("leaves the year out within the year", () => {
    expect(formatDay("2026-12-04", "2026-11-21")).toBe("12-04");
    expect(formatDay("2024-12-04", "2026-11-21")).toBe("2024-12-04");
    expect(formatDay("", "2026-11-21")).toBe("");
  });
  it("reads a moment in the person's zone", () => {
    expect(momentParts("2026-11-20T23:30:00Z", "Asia/Shanghai")).toEqual({ day: "2026-11-21", clock: "07:30" });
    expect(formatMoment("2026-11-20T23:30:00Z", "Asia/Shanghai", "2026-11-21")).toBe("07:30");
    expect(formatMoment("2026-11-18T01:00:00Z", "Asia/Shanghai", "2026-11-21")).toBe("11-18 09:00");
    expect(formatMoment("2026-11-20T23:30:00Z", "Nowhere/None", "2026-11-21")).not.toBe("");
  });
  it("counts whole days across months and years", () => {
    expect(daysBetween("2026-11-21", "2026-12-01")).toBe(10);
    expect(daysBetween("2026-03-01", "2026-02-28")).toBe(-1);
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  });
  it("writes the long day in both languages", () => {
    expect(formatLongDay("2026-11-21", "en")).toBe("Saturday 21 November");
    expect(formatLongDay("2026-11-21", "zh")).toBe("11 月 21 日 周六");
  });
});
