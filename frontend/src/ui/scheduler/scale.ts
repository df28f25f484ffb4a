/** Where a moment stands on the schedule: days side by side, each as wide as the next, only the hours in which anybody works. */

export type Span = readonly [start: number, end: number];

export interface Scale {
  days: number;
  /** The moments between which anything is shown. */
  from: number;
  until: number;
  /** 0 … 1 of the width; what lies outside of the hours shown stands at their edge. */
  x: (at: number) => number;
  /** The moment at a share of the width, to the quarter of an hour. */
  at: (x: number) => number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUARTER = 15 * MINUTE;

/** The hours of the day that hold all of `spans`, whole hours, as milliseconds since midnight. */
export function hoursOf(edges: readonly number[], spans: readonly Span[]): Span {
  let open = 24 * HOUR;
  let close = 0;
  for (const [start, end] of spans) {
    const day = dayOf(edges, start);
    const midnight = edges[day] ?? 0;
    open = Math.min(open, start - midnight);
    close = Math.max(close, end - midnight);
  }
  if (close <= open) return [8 * HOUR, 18 * HOUR];
  if (close > 24 * HOUR) return [0, 24 * HOUR]; // a shift goes on past midnight
  return [Math.floor(open / HOUR) * HOUR, Math.min(Math.ceil(close / HOUR) * HOUR, 24 * HOUR)];
}

/** Which day a moment lies in; the first or the last for what lies outside. */
export function dayOf(edges: readonly number[], at: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

/** `edges`: the midnights, one more than there are days. */
export function scaleOf(edges: readonly number[], hours: Span): Scale {
  const days = edges.length - 1;
  const [open, close] = hours;
  return {
    days,
    from: edges[0] ?? 0,
    until: edges.at(-1) ?? 0,
    x: (at) => {
      const day = dayOf(edges, at);
      const inside = (at - (edges[day] ?? 0) - open) / (close - open);
      return (day + Math.min(Math.max(inside, 0), 1)) / days;
    },
    at: (x) => {
      const day = Math.min(Math.max(Math.floor(x * days), 0), days - 1);
      const inside = Math.min(Math.max(x * days - day, 0), 1);
      const moment = (edges[day] ?? 0) + open + inside * (close - open);
      return Math.round(moment / QUARTER) * QUARTER;
    },
  };
}

/** What lies between the working windows, as shares of the width; gaps too thin to see are left out. */
export function closedOf(scale: Scale, windows: readonly Span[], least = 0.0008): Span[] {
  const found: [number, number][] = [];
  let reached = 0;
  for (const [start, end] of windows) {
    const from = scale.x(start);
    if (from - reached > least) found.push([reached, from]);
    reached = Math.max(reached, scale.x(end));
  }
  if (1 - reached > least) found.push([reached, 1]);
  return found;
}

/** A clip path that leaves only `spans` (shares of the width) of an element: one piece instead of many. Empty: none. */
export function combOf(spans: readonly Span[]): string {
  const at = (x: number, y: number) => `${(x * 100).toFixed(3)}% ${y}%`;
  const teeth = spans.filter(([start, end]) => end > start).flatMap(([start, end]) => [at(start, 0), at(start, 100), at(end, 100), at(end, 0)]);
  return teeth.length ? `polygon(${teeth.join(", ")})` : "";
}

/** The rows that are in sight, and some beside: [first, past the last). */
export function inSight(heights: readonly number[], top: number, height: number, beside = 200): [number, number] {
  let first = heights.length;
  let last = 0;
  let at = 0;
  heights.forEach((own, index) => {
    if (at + own > top - beside && at < top + height + beside) {
      first = Math.min(first, index);
      last = index + 1;
    }
    at += own;
  });
  return last === 0 ? [0, 0] : [first, last];
}
