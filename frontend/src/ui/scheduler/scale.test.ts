import { describe, expect, it } from "vitest";
import { closedOf, combOf, dayOf, hoursOf, inSight, scaleOf } from "./scale";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const edges = [0, DAY, 2 * DAY, 3 * DAY];
const at = (day: number, hour: number) => day * DAY + hour * HOUR;

describe("the scale of the schedule", () => {
  it("shows whole hours that hold all shifts, all day when one passes midnight, and office hours without any", () => {
    expect(hoursOf(edges, [[at(0, 8.5), at(0, 12)], [at(1, 7), at(1, 16.25)]])).toEqual([7 * HOUR, 17 * HOUR]);
    expect(hoursOf(edges, [[at(0, 22), at(1, 6)]])).toEqual([0, DAY]);
    expect(hoursOf(edges, [])).toEqual([8 * HOUR, 18 * HOUR]);
  });
  it("puts moments into their day, at its edge outside of its hours, and back", () => {
    const scale = scaleOf(edges, [8 * HOUR, 18 * HOUR]);
    expect(scale.x(at(1, 8))).toBeCloseTo(1 / 3);
    expect(scale.x(at(1, 13))).toBeCloseTo(1.5 / 3);
    expect(scale.x(at(0, 23))).toBeCloseTo(1 / 3);
    expect(scale.x(at(-1, 3))).toBe(0);
    expect(scale.x(at(5, 3))).toBe(1);
    for (const hour of [8, 9.25, 17.75]) expect(scale.at(scale.x(at(2, hour)))).toBe(at(2, hour));
    expect(scale.at(0.5 + 0.0001)).toBe(at(1, 13));
  });
  it("keeps to days that are an hour longer or shorter", () => {
    const spring = [0, DAY, 2 * DAY - HOUR];
    expect(dayOf(spring, 2 * DAY - HOUR - 1)).toBe(1);
    expect(scaleOf(spring, [8 * HOUR, 18 * HOUR]).x(DAY + 8 * HOUR)).toBeCloseTo(0.5);
  });
  it("shades what is closed and leaves out what nobody sees", () => {
    const scale = scaleOf(edges, [8 * HOUR, 18 * HOUR]);
    const closed = closedOf(scale, [[at(0, 8), at(0, 18)], [at(2, 8), at(2, 13)]]);
    expect(closed.map(([from, until]) => [Math.round(from * 30), Math.round(until * 30)])).toEqual([[10, 20], [25, 30]]);
  });
  it("cuts many spans out of one piece, and nothing out of none", () => {
    expect(combOf([[0, 0.25], [0.5, 0.5], [0.5, 1]])).toBe("polygon(0.000% 0%, 0.000% 100%, 25.000% 100%, 25.000% 0%, 50.000% 0%, 50.000% 100%, 100.000% 100%, 100.000% 0%)");
    expect(combOf([])).toBe("");
  });
  it("draws only rows in sight", () => {
    const heights = Array.from({ length: 100 }, () => 50);
    expect(inSight(heights, 1000, 400, 0)).toEqual([20, 28]);
    expect(inSight([], 0, 400)).toEqual([0, 0]);
  });
});
