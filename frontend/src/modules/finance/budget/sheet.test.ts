import { describe, expect, it } from "vitest";
import { amountOf, grow, pasted, spread, sumOf } from "./sheet";

describe("a sheet of a budget", () => {
  it("reads amounts as sheets write them", () => {
    expect(["1,234.5", "", "-", "(20)", "¥ 3", "1 000"].map(amountOf)).toEqual(["1234.50", "0.00", "0.00", "-20.00", "3.00", "1000.00"]);
    expect(["x", "1.234", "1.2.3"].map(amountOf)).toEqual([undefined, undefined, undefined]);
  });
  it("spreads a year so that the months add up", () => {
    const months = spread("1000.00", 12);
    expect(months.slice(0, 5)).toEqual(["83.34", "83.34", "83.34", "83.34", "83.33"]);
    expect(sumOf(months)).toBe("1000.00");
    expect(sumOf(spread("-0.05", 12))).toBe("-0.05");
  });
  it("grows the year before", () => expect(grow(["100.00", "0.10", "-10.00"], 5)).toEqual(["105.00", "0.11", "-10.50"]));
  it("takes what was copied from a sheet, with or without a column of names", () => {
    expect(pasted("1\t2\r\n3\t4\n")).toEqual([["1", "2"], ["3", "4"]]);
    expect(pasted("Rent\t2\nWages\t4")).toEqual([["2"], ["4"]]);
  });
});
