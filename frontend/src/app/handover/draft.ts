/** What the wizard has gathered, and the request that it becomes. */
import type { HandoverInput, OwnedKind, Rule } from "./api";

export type When = "now" | "day" | "stays";

export interface Share {
  /** Nobody named: the one who takes over the rest. */
  to: number | null;
  /** Undefined: as for everything. */
  closed?: "keep" | "move";
}

export interface Draft {
  when: When;
  day: string;
  moveNow: boolean;
  heir: number | null;
  closed: "keep" | "move";
  shares: Record<string, Share>;
  /** Picked records, and those of a view. */
  particular: Rule[];
  exportsHeld: boolean;
  note: string;
}

export const emptyDraft: Draft = { when: "now", day: "", moveNow: false, heir: null, closed: "keep", shares: {}, particular: [], exportsHeld: true, note: "" };

export function inputOf(member: number, draft: Draft): HandoverInput {
  const whole: Rule[] = Object.entries(draft.shares).flatMap(([entity, share]) => {
    const to = share.to ?? draft.heir;
    return to !== null && (share.to !== null || share.closed) ? [{ entity, to, ...(share.closed ? { closed: share.closed } : {}) }] : [];
  });
  return {
    member,
    heir: draft.heir,
    ends: draft.when !== "stays",
    last_day: draft.when === "day" ? draft.day || null : null,
    move_now: draft.when !== "day" || draft.moveNow,
    closed: draft.closed,
    rules: [...draft.particular, ...whole],
    exports_held: draft.exportsHeld,
    note: draft.note.trim(),
  };
}

/** Kinds that somebody would get without seeing them: their roles do not show such records. */
export function blindSpots(kinds: OwnedKind[], draft: Draft, heirs: { id: number; name: string; blind: string[] }[]): { heir: string; kinds: string[] }[] {
  const named = new Map(heirs.map((heir) => [heir.id, heir]));
  const found = new Map<number, Set<string>>();
  const look = (to: number | null, kind: OwnedKind) => {
    if (to === null || !named.get(to)?.blind.includes(kind.entity)) return;
    found.set(to, (found.get(to) ?? new Set()).add(kind.label));
  };
  for (const kind of kinds) {
    look(draft.shares[kind.entity]?.to ?? draft.heir, kind);
    for (const rule of draft.particular) if (rule.entity === kind.entity) look(rule.to, kind);
  }
  return [...found].map(([to, labels]) => ({ heir: named.get(to)?.name ?? "", kinds: [...labels] }));
}

/** How many records would change hands, as far as it is known before rules have chosen. */
export const movingCount = (kinds: OwnedKind[], draft: Draft): number =>
  kinds.reduce((sum, kind) => sum + kind.open + ((draft.shares[kind.entity]?.closed ?? draft.closed) === "move" ? kind.closed : 0), 0);
