import { describe, expect, it } from "vitest";
import { judge, typedOf, type CheckRow } from "./readings";

const WIDTH: CheckRow = { id: 1, name: "Width", kind: "measured", unit: "mm", lower: "9.95", upper: "10.05", values: null, bad_pieces: null };
const LOOK: CheckRow = { ...WIDTH, id: 2, kind: "attribute", unit: "", lower: null, upper: null };

describe("readings", () => {
  it("takes a limit as good and names the pieces beyond it", () => {
    const found = judge(WIDTH, { text: "9.95 10.06；10.050\n9.94", none: false }, 4);
    expect(found).toEqual({ sent: { values: ["9.95", "10.06", "10.050", "9.94"] }, wrong: [], bad: [2, 4], count: 4 });
  });
  it("names what is no reading", () => expect(judge(WIDTH, { text: "10 ten", none: false }, 4).wrong).toEqual(["ten"]));
  it("sends nothing where nobody looked, and an empty list where none is bad", () => {
    expect(judge(LOOK, { text: "", none: false }, 4)).toMatchObject({ sent: null, count: 0 });
    expect(judge(LOOK, { text: "", none: true }, 4)).toMatchObject({ sent: { bad_pieces: [] }, count: 4 });
    expect(judge(WIDTH, { text: " ", none: false }, 4).sent).toBeNull();
  });
  it("counts a bad piece once and refuses pieces that are not in the sample", () => {
    expect(judge(LOOK, { text: "3、1 3", none: false }, 4)).toMatchObject({ sent: { bad_pieces: [1, 3] }, wrong: [], bad: [1, 3] });
    expect(judge(LOOK, { text: "0 5 x", none: false }, 4).wrong).toEqual(["0", "5", "x"]);
  });
  it("shows again what was entered before", () => {
    expect(typedOf({ ...WIDTH, values: ["10.050000", "9.9"] })).toEqual({ text: "10.05 9.9", none: false });
    expect(typedOf({ ...LOOK, bad_pieces: [] })).toEqual({ text: "", none: true });
    expect(typedOf(LOOK)).toEqual({ text: "", none: false });
  });
});
