import { describe, expect, it } from "vitest";
import { add, compare, divide, multiply, parseDecimal, round, shift, subtract, sum } from "./exact";

describe("exact decimals", () => {
  it("adds what floats cannot", () => {
    expect(add("0.1", "0.2")).toBe("0.3");
    expect(subtract("100000000000000.01", "0.02")).toBe("99999999999999.99");
    expect(sum(["0.10", "0.20", null, "x", "9007199254740993"])).toBe("9007199254740993.30");
  });

  it("multiplies and rounds half up, away from zero", () => {
    expect(multiply("3578.27", "24")).toBe("85878.48");
    expect(round("2.345", 2)).toBe("2.35");
    expect(round("-2.345", 2)).toBe("-2.35");
    expect(round("2", 2)).toBe("2.00");
    expect(round("-0.004", 2)).toBe("0.00");
  });

  it("divides to the places asked for", () => {
    expect(divide("1", "3", 4)).toBe("0.3333");
    expect(divide("2", "3", 2)).toBe("0.67");
    expect(divide("-2", "3", 2)).toBe("-0.67");
    expect(() => divide("1", "0", 2)).toThrow(RangeError);
  });

  it("shifts the point and compares across scales", () => {
    expect(shift("13", -2)).toBe("0.13");
    expect(shift("0.05", 2)).toBe("5");
    expect(compare("1.50", "1.5")).toBe(0);
    expect(compare("-1", "0.5")).toBe(-1);
  });
});

describe("numbers as people type them", () => {
  it.each([
    ["1,234.50", "1234.50"], ["１２３．４", "123.4"], ["¥ 1,000", "1000"], ["(12.50)", "-12.50"], ["−5", "-5"], ["5-", "-5"], ["+7", "7"],
    [".5", "0.5"], ["12.", "12"], ["007", "7"], ["-0", "0"], ["13%", "13"], ["1 234", "1234"],
  ])("%s is %s", (typed, plain) => expect(parseDecimal(typed)).toBe(plain));

  it.each(["", "abc", "12,5", "1,23,456", "1.2.3", "--5", "12a"])("%s is no number", (typed) => expect(parseDecimal(typed)).toBeNull());
});
