/** How wide each column is drawn: as wide as what stands in it, as far as there is room. */

export interface FitColumn {
  /** Widest cell on screen, in px, with its padding. */
  need: number;
  /** Width in px that it was given before anything was known of its content. */
  base: number;
  /** Set by hand: stays. */
  hand?: number;
  /** Takes what is left over. */
  grow?: boolean;
  /** Figures: a cut figure is a wrong figure. */
  firm?: boolean;
}

const LEAST = 56;
/** A long remark does not push everything else out of sight. */
const MOST = 420;
/** Space between two columns that is comfortable, beyond the padding. */
const AIR = 24;
/** How far what takes the rest may be narrowed before the grid scrolls sideways. */
const SHRINK = 0.75;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Widths in px of `columns` in `room` px. Where everything fits, what is left is air between all of them and then goes to
 * those that grow. Where it does not, texts are cut first, each by its share, but no further than their base; beyond that
 * the widths add up to more than the room and the grid scrolls sideways.
 */
export function fitted(columns: readonly FitColumn[], room: number): number[] {
  const want = columns.map((column) => column.hand ?? Math.max(LEAST, column.firm ? column.need : Math.min(MOST, column.need)));
  const left = room - sum(want);
  if (left >= 0) {
    const free = columns.map((column) => column.hand === undefined);
    const growing = columns.map((column, index) => Boolean(column.grow) && free[index]);
    const air = Math.min(AIR, left / Math.max(1, free.filter(Boolean).length));
    const rest = left - sum(free.map((yes) => (yes ? air : 0)));
    const share = rest / Math.max(1, growing.filter(Boolean).length);
    return want.map((width, index) => width + (free[index] ? air : 0) + (growing[index] ? share : 0));
  }
  const least = columns.map((column, index) => {
    const full = want[index] ?? LEAST;
    return column.hand !== undefined || column.firm ? full : Math.min(full, column.base * (column.grow ? SHRINK : 1));
  });
  const spare = Math.max(0, room - sum(least));
  const lacking = want.map((width, index) => width - (least[index] ?? width));
  const part = spare / Math.max(1, sum(lacking));
  return least.map((width, index) => width + (lacking[index] ?? 0) * part);
}
