import { describe, expect, it } from "vitest";
import type { OwnedKind } from "./api";
import { blindSpots, emptyDraft, inputOf, movingCount } from "./draft";

const kind = (entity: string, open: number, closed: number): OwnedKind => ({ entity, label: entity, icon: "file", open, closed, has_states: true, is_on: true, can_view: true });

describe("a handover's request", () => {
  it("names only what differs from the rest", () => {
    const draft = { ...emptyDraft, heir: 7, shares: { lead: { to: 8 }, order: { to: null, closed: "move" as const }, quote: { to: null } } };
    expect(inputOf(3, draft).rules).toEqual([{ entity: "lead", to: 8 }, { entity: "order", to: 7, closed: "move" }]);
  });

  it("puts picked records before whole kinds", () => {
    const draft = { ...emptyDraft, heir: 7, shares: { lead: { to: 8 } }, particular: [{ entity: "lead", to: 9, ids: [1, 2] }] };
    expect(inputOf(3, draft).rules.map((rule) => rule.to)).toEqual([9, 8]);
  });

  it("keeps access where somebody only moves to another post, and a day where it ends later", () => {
    expect(inputOf(3, { ...emptyDraft, when: "stays" })).toMatchObject({ ends: false, last_day: null, move_now: true });
    expect(inputOf(3, { ...emptyDraft, when: "day", day: "2026-12-01" })).toMatchObject({ ends: true, last_day: "2026-12-01", move_now: false });
  });

  it("counts what would change hands and says who would not see it", () => {
    const kinds = [kind("lead", 2, 5), kind("order", 1, 3)];
    const draft = { ...emptyDraft, heir: 7, shares: { order: { to: null, closed: "move" as const } } };
    expect(movingCount(kinds, draft)).toBe(6);
    expect(blindSpots(kinds, draft, [{ id: 7, name: "Planner", blind: ["lead"] }])).toEqual([{ heir: "Planner", kinds: ["lead"] }]);
  });
});
