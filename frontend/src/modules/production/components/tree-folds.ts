/** Folding a tree that comes as rows, depth first. */

export interface Leveled { line_id: number; level: number }
export interface Branch<L> { line: L; /** Lines from the top down: one key for each place in the tree. */ key: string; parent: boolean }

/** Each line with its own place, and whether something stands below it. */
export function branches<L extends Leveled>(lines: readonly L[]): Branch<L>[] {
  const above: number[] = [];
  return lines.map((line, index) => {
    above.length = line.level - 1;
    above.push(line.line_id);
    return { line, key: above.join("."), parent: (lines[index + 1]?.level ?? 0) > line.level };
  });
}

/** What is seen when `folded` hide what stands below them. */
export function unfolded<L extends Leveled>(all: readonly Branch<L>[], folded: ReadonlySet<string>): Branch<L>[] {
  let hiddenBelow = Infinity;
  return all.filter(({ line, key }) => {
    if (line.level > hiddenBelow) return false;
    hiddenBelow = folded.has(key) ? line.level : Infinity;
    return true;
  });
}
