import { describe, expect, it } from "vitest";
import { branches, unfolded } from "./tree-folds";

/** A bicycle: frame; wheel twice, each with the same spoke and a hub of a shell. */
const LINES = [
  { line_id: 1, level: 1 },
  { line_id: 2, level: 1 }, { line_id: 7, level: 2 }, { line_id: 8, level: 2 }, { line_id: 9, level: 3 },
  { line_id: 3, level: 1 }, { line_id: 7, level: 2 }, { line_id: 8, level: 2 }, { line_id: 9, level: 3 },
];

describe("a tree of rows", () => {
  const all = branches(LINES);

  it("gives each place its own key", () => {
    expect(all.map((branch) => branch.key)).toEqual(["1", "2", "2.7", "2.8", "2.8.9", "3", "3.7", "3.8", "3.8.9"]);
    expect(all.filter((branch) => branch.parent).map((branch) => branch.key)).toEqual(["2", "2.8", "3", "3.8"]);
  });

  it("hides what stands below the folded, there only", () => {
    const seen = (...folded: string[]) => unfolded(all, new Set(folded)).map((branch) => branch.key);
    expect(seen()).toHaveLength(9);
    expect(seen("2")).toEqual(["1", "2", "3", "3.7", "3.8", "3.8.9"]);
    expect(seen("2", "2.8", "3.8")).toEqual(["1", "2", "3", "3.7", "3.8"]);
  });
});
