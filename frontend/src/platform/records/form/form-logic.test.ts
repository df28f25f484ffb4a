import { describe, expect, it } from "vitest";
import type { FieldEnv } from "../../fields/types";
import { line, order } from "../testing/harness";
import type { Row } from "../types";
import { isBlock, parseClipboard, pasteBlock } from "./line-paste";
import { differences, mergeRows } from "./merge";
import { placeProblems } from "./problems";
import { blankValues, bodyOf, checkValues, newLine, valuesOf, type Line } from "./values";

const env: FieldEnv = { language: "en", currency: "CNY", currencyDecimals: 2, today: "2026-11-21", timeZone: "UTC", t: (key) => key };
const customer = { id: 12, label: "A Bike Store" };
const row = (more: Record<string, unknown> = {}): Row => ({
  id: 1, version: 3, number: "SO-1", customer, reference: "PS-1", ordered_on: "2026-11-01", note: "", status: "draft", custom: { colour: "red" },
  lines: [{ id: 5, product: { id: 9, label: "Fork" }, quantity: "40", unit_price: "175.49", amount: "7019.60" }], ...more,
});
const messages = { required: "needed", notNumber: "no number", notFound: (text: string) => `no ${text}` };

describe("merging with somebody who was faster", () => {
  const paths = ["customer", "reference", "ordered_on", "note", "custom.colour", "lines"];
  it("asks only where both changed the same thing to something else", () => {
    const base = row();
    const mine = { ...row(), reference: "MINE", note: "rear dock", custom: { colour: "blue" } };
    const theirs = row({ version: 4, reference: "THEIRS", ordered_on: "2026-11-09", custom: { colour: "blue" } });
    const found = differences(base, mine, theirs, paths);
    expect(found.map(({ path, conflict, choice }) => [path, conflict, choice])).toEqual([
      ["reference", true, "mine"], ["ordered_on", false, "theirs"], ["note", false, "mine"],
    ]);
    const decided = found.map((item) => (item.path === "reference" ? { ...item, choice: "theirs" as const } : item));
    expect(mergeRows(theirs, decided)).toMatchObject({ version: 4, reference: "THEIRS", ordered_on: "2026-11-09", note: "rear dock", custom: { colour: "blue" } });
  });

  it("compares references by id and ignores what the screen adds to lines", () => {
    const mine = { ...valuesOf(order, row()), customer: { id: 12, label: "renamed" } };
    expect(differences(valuesOf(order, row()) as Row, mine, valuesOf(order, row()) as Row, paths)).toEqual([]);
  });
});

describe("problems at their field", () => {
  it("finds fields, cells and custom fields, and swallows nothing", () => {
    const placed = placeProblems(
      [
        { field: "lines.1.quantity", message: "Too few." }, { field: "lines[0].product", message: "Gone." }, { field: "colour", message: "Unknown." },
        { field: "customer.id", message: "Blocked." }, { field: "", message: "Closed period." }, { field: "tax_code", message: "Missing." },
      ],
      ["customer", "custom.colour", "lines"], "lines", (sent) => [0, 2][sent]!,
    );
    expect(placed.fields).toEqual({ "lines.2.quantity": "Too few.", "lines.0.product": "Gone.", "custom.colour": "Unknown.", customer: "Blocked." });
    expect(placed.general).toEqual(["Closed period.", "tax_code: Missing."]);
  });
});

describe("what is sent", () => {
  it("is everything filled in when new, and only changes when not", () => {
    const values = { ...blankValues(order), customer, reference: "X", lines: [{ ...newLine(line), product: { id: 9, label: "Fork" }, quantity: "2" }, newLine(line)] };
    expect(bodyOf(order, line, values, null)).toEqual({ body: { customer: 12, reference: "X", lines: [{ product: 9, quantity: "2" }] }, sentRows: [0] });
    const before = valuesOf(order, row());
    expect(bodyOf(order, line, before, before).body).toEqual({});
    expect(bodyOf(order, line, { ...before, reference: "Y", custom: { colour: "blue" } }, before).body).toEqual({ reference: "Y", custom: { colour: "blue" } });
  });

  it("sends lines whole once one of them changed, with the ids of those that stay", () => {
    const before = valuesOf(order, row());
    const [first] = before.lines as Line[];
    const { body } = bodyOf(order, line, { ...before, lines: [{ ...first!, quantity: "41" }, { ...newLine(line), product: { id: 10, label: "Rim" } }] }, before);
    expect(body.lines).toEqual([{ id: 5, product: 9, quantity: "41", unit_price: "175.49" }, { product: 10, quantity: "1" }]);
  });

  it("is checked for gaps first, blank lines apart", () => {
    const values = { ...blankValues(order), lines: [{ ...newLine(line), quantity: "abc" }, newLine(line), { ...newLine(line), product: { lookup: "NOSUCH" } }] };
    expect(checkValues(order, line, values, true, messages)).toEqual({
      customer: "needed", "lines.0.product": "needed", "lines.0.quantity": "no number", "lines.2.product": "no NOSUCH",
    });
  });
});

describe("a block from a spreadsheet", () => {
  const columns = line.fields;
  const target = (lines: Line[], rowAt = 0, column = 0) => ({ lines, columns, row: rowAt, column, blank: () => newLine(line), writable: (f: (typeof columns)[number]) => !f.read_only });

  it("is read with its quotes, tabs and line breaks", () => {
    expect(parseClipboard('a\t"say ""hi""\nthere"\r\nb\t2\n\n')).toEqual([["a", 'say "hi"\nthere'], ["b", "2"]]);
    expect(isBlock("just text\n")).toBe(false);
    expect(isBlock("a\tb")).toBe(true);
  });

  it("fills from the focused cell, adds lines, and keeps what it cannot read", () => {
    const { lines, problems } = pasteBlock([["FR-1", "1,200", "3.50"], ["FR-2", "many", "1"]], target([newLine(line)]), env);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ product: { lookup: "FR-1" }, quantity: "1200", unit_price: "3.50" });
    expect(lines[1]).toMatchObject({ quantity: "many", unit_price: "1.00" });
    expect(problems).toEqual({ "1.quantity": "notNumber" });
  });

  it("follows a header row, whatever the order of its columns", () => {
    const { lines } = pasteBlock([["Unit price", "Product"], ["9.90", "FR-1"]], target([]), env);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ product: { lookup: "FR-1" }, unit_price: "9.90", quantity: "1" });
  });

  it("never writes into what is read only", () => {
    const { lines } = pasteBlock([["5.00", "999", "x"]], target([newLine(line)], 0, 2), env);
    expect(lines[0]).toMatchObject({ unit_price: "5.00" });
    expect(lines[0]!.amount).toBeUndefined();
  });
});
