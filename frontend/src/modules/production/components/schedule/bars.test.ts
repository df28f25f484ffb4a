import { describe, expect, it } from "vitest";
import type { Centre, PlannedOperation } from "../../api/schedule";
import { barsOf, loadOf, loadsOf, OUTSIDE, shortNumber } from "./bars";

const operation = (over: Partial<PlannedOperation>): PlannedOperation => ({
  id: 1, version: 1, order: { id: 7, label: "WO-26-00007" }, product: { id: 1, label: "BIKE", name: "Bike" }, unit: "EA", quantity: "2", done: 0, name: "Weld",
  position: 10, centre: 3, supplier: null, machine: 2, start: "2026-03-02T08:00:00Z", end: "2026-03-02T12:00:00Z", status: "waiting", fixed: false, due_on: "2026-03-02",
  late: false, made_for: "", ...over,
});
const words = () => "";

describe("bars of the schedule", () => {
  it("stand where a proposal would put them, late where it makes them late", () => {
    const proposal = { revision: "r", unplaced: 0, bars: [{ id: 1, centre: 4, machine: 1, start: "2026-03-03T08:00:00Z", end: "2026-03-03T12:00:00Z" }], slips: [{ order: { id: 7, label: "" }, product: { label: "", name: "" }, made_for: "", due_on: "", before: null, after: null, minutes: 0, late: true }] };
    const [bar] = barsOf([operation({})], proposal, true, words, words);
    expect(bar).toMatchObject({ row: "4", lane: 0, proposed: true, tone: "late", movable: true, title: "00007", start: Date.parse("2026-03-03T08:00:00Z") });
    expect(barsOf([operation({})], null, true, words, words)[0]).toMatchObject({ row: "3", lane: 1, proposed: false, tone: "plan" });
  });
  it("cannot be moved while they run, outside, or by who may not", () => {
    const movable = (over: Partial<PlannedOperation>, may = true) => barsOf([operation(over)], null, may, words, words)[0]?.movable;
    expect([movable({ status: "running" }), movable({ centre: null }), movable({}, false), movable({})]).toEqual([false, false, false, true]);
    expect(barsOf([operation({ centre: null })], null, true, words, words)[0]?.row).toBe(OUTSIDE);
  });
  it("add up the load, and say too much where nothing could be done", () => {
    const centre = { id: 1, code: "", label: "", machines: 1, time: [], days: [{ day: "", capacity: 480, planned: 240 }, { day: "", capacity: 0, planned: 60 }, { day: "", capacity: 0, planned: 0 }] } satisfies Centre;
    expect(loadsOf(centre)).toEqual([0.5, 2, 0]);
    expect(loadOf(centre)).toBe(300 / 480);
    expect(shortNumber("WO-26-00012")).toBe("00012");
  });
});
