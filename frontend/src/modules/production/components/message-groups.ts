/** Exceptions by what one would do about them, the most harmful kind first; kinds without any are left out. */
import type { StateKind } from "@/platform/records/types";
import type { Message } from "../api/planning";

const ORDER: readonly [Message["kind"], StateKind][] = [["past_due", "late"], ["expedite", "warn"], ["release", "prog"], ["cancel", "hold"], ["defer", "open"]];

export interface MessageGroup {
  kind: Message["kind"];
  mark: StateKind;
  messages: Message[];
}

/** Inside a group the earliest date comes first: that one hurts next. */
export function groupMessages(messages: readonly Message[]): MessageGroup[] {
  const day = (message: Message) => message.needed_on ?? message.due_on;
  return ORDER
    .map(([kind, mark]) => ({ kind, mark, messages: messages.filter((message) => message.kind === kind).sort((a, b) => day(a).localeCompare(day(b)) || a.id - b.id) }))
    .filter((group) => group.messages.length > 0);
}
