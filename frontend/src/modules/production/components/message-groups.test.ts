import { expect, it } from "vitest";
import type { Message } from "../api/planning";
import { groupMessages } from "./message-groups";

const message = (id: number, kind: Message["kind"], due_on: string, needed_on: string | null = null): Message => ({
  id, kind, due_on, needed_on, quantity: "1", product: { id, label: `P-${id}`, name: "" }, source: { entity: "production.order", id, label: `WO-${id}` },
});

it("puts the most harmful kind first and leaves out kinds without messages", () => {
  const groups = groupMessages([message(1, "defer", "2026-12-01", "2026-12-20"), message(2, "expedite", "2026-12-09", "2026-12-02"), message(3, "past_due", "2026-11-01")]);
  expect(groups.map((group) => [group.kind, group.mark])).toEqual([["past_due", "late"], ["expedite", "warn"], ["defer", "open"]]);
});

it("puts what is needed first on top of its kind, without losing any", () => {
  const [group] = groupMessages([
    message(1, "expedite", "2026-12-01", "2026-11-28"), message(2, "expedite", "2026-12-30", "2026-11-25"), message(4, "expedite", "2026-12-09", "2026-11-28"),
  ]);
  expect(group!.messages.map((one) => one.id)).toEqual([2, 1, 4]);
});

it("leaves the order of the answer it was given alone", () => {
  const given = [message(2, "cancel", "2026-12-09"), message(1, "cancel", "2026-12-01")];
  expect(groupMessages(given)[0]!.messages.map((one) => one.id)).toEqual([1, 2]);
  expect(given.map((one) => one.id)).toEqual([2, 1]);
});

it("has no groups when there is nothing to say", () => expect(groupMessages([])).toEqual([]));
