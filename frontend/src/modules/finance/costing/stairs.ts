/** Steps from one amount to another as bars that stand where the one before ended. */
export interface Step { key: string; amount: string }
export interface Stair extends Step { kind: "whole" | "up" | "down"; from: number; size: number }

/** Places in per cent of the room between the lowest and the highest point; steps of nothing are left out. */
export function stairs(steps: Step[]): Stair[] {
  let at = 0;
  const bars = steps.flatMap((step, index) => {
    const amount = Number(step.amount), whole = index === 0 || index === steps.length - 1;
    if (!whole && amount === 0) return [];
    const start = whole ? 0 : at;
    at = whole ? amount : at + amount;
    return [{ ...step, kind: whole ? ("whole" as const) : amount > 0 ? ("up" as const) : ("down" as const), low: Math.min(start, at), high: Math.max(start, at) }];
  });
  const low = Math.min(0, ...bars.map((bar) => bar.low)), room = Math.max(0, ...bars.map((bar) => bar.high)) - low || 1;
  return bars.map(({ low: from, high: to, ...bar }) => ({ ...bar, from: ((from - low) / room) * 100, size: ((to - from) / room) * 100 }));
}
