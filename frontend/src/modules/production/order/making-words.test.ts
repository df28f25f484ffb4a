import { expect, it } from "vitest";
import type { Making } from "./api";
import { makingWords } from "./making-words";

const t = (key: string, options: Record<string, unknown> = {}) => `${key.replace("making.", "")}(${Object.values(options).join("/")})`.replace("()", "").replace("comma", ", ");
const format = { quantity: (value: string) => String(Number(value)), day: (value: string) => value };
const order: Making = {
  id: 1, number: "WO-1", status: "in_progress", unit: "EA", quantity: "100", completed: "0", scrapped: "0", due_on: "2026-12-01", start_on: "2026-11-20", expected_on: "2026-12-03T08:00:00Z",
  step: { position: 2, of: 4, name: "Weld", good: "60", quantity: "100" },
  steps: [{ name: "Weld", status: "running", good: "60", quantity: "100", planned_end: null }],
};

it("says which operation, how many pieces and when", () => {
  expect(makingWords(order, t, format)).toBe("running, step(2/4/Weld), pieces(60/100), expected(2026-12-03)");
});

it("says when it is due while nothing is scheduled, and what was made when it is done", () => {
  expect(makingWords({ ...order, expected_on: null, status: "released", steps: [], step: null }, t, format)).toBe("released, pieces(0/100), due(2026-12-01)");
  expect(makingWords({ ...order, status: "draft", expected_on: null }, t, format)).toBe("planned(2026-11-20), due(2026-12-01)");
  expect(makingWords({ ...order, status: "done", completed: "98" }, t, format)).toBe("made(98)");
});
