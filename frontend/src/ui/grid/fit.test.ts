import { describe, expect, it } from "vitest";
import { fitted } from "./fit";

const number = { need: 100, base: 124 };
const name = { need: 180, base: 168, grow: true };
const amount = { need: 90, base: 120, firm: true };

describe("widths of columns", () => {
  it("gives everybody air and the rest to what grows", () => {
    // 600 − (100 + 180 + 90) = 230: 24 each, 158 to the name
    expect(fitted([number, name, amount], 600)).toEqual([124, 362, 114]);
  });

  it("shares little air evenly", () => {
    // 376 − 370 = 6: 2 each
    expect(fitted([number, name, amount], 376)).toEqual([102, 182, 92]);
  });

  it("cuts texts before figures, each by its share", () => {
    // least: 100 (below its base), 0.75 · 168 = 126, 90; want 370; 343 is half way between 316 and 370
    expect(fitted([number, name, amount], 343)).toEqual([100, 153, 90]);
  });

  it("scrolls sideways rather than cut further", () => {
    expect(fitted([number, name, amount], 200)).toEqual([100, 126, 90]);
  });

  it("leaves widths set by hand, and bounds a long remark", () => {
    expect(fitted([{ ...number, hand: 70 }, { need: 2000, base: 220 }], 700)).toEqual([70, 444]);
  });
});
