import { describe, expect, it } from "vitest";
import type { Row } from "@/platform/records/types";
import { coverOf, openOf, shortOf } from "./cover-of";

const line = (more: Partial<Row>): Row => ({ id: 1, version: 1, base_quantity: "10.000000", ...more });

describe("cover of a line", () => {
  it("leaves all of it open and short when nothing was done for it", () => {
    expect(coverOf(line({}))).toEqual({ delivered: 0, locked: 0, short: 10, covered: 0, wanted: 10 });
  });

  it("counts delivered and called off as settled, locked as covered", () => {
    const row = line({ delivered: "4.000000", cancelled: "1.000000", reserved: "3.000000" });
    expect(openOf(row)).toBe(5);
    expect(shortOf(row)).toBe(2);
    expect(coverOf(row)).toEqual({ delivered: 4, locked: 3, short: 2, covered: 7, wanted: 9 });
  });

  it("does not owe again what came back", () => {
    expect(openOf(line({ delivered: "10", returned: "2" }))).toBe(0);
  });

  it("is never short of less than nothing", () => {
    expect(shortOf(line({ delivered: "8", reserved: "4" }))).toBe(0);
    expect(openOf(line({ delivered: "12" }))).toBe(0);
  });

  it("adds tenths as people do", () => {
    expect(shortOf(line({ base_quantity: "0.3", delivered: "0.1", reserved: "0.2" }))).toBe(0);
    expect(coverOf(line({ base_quantity: "0.3", delivered: "0.1", reserved: "0.2" }))).toMatchObject({ covered: 0.3, wanted: 0.3 });
    expect(openOf(line({ base_quantity: "1.1", cancelled: "0.8" }))).toBe(0.3);
  });
});
