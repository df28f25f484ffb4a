import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { scaleOf } from "./scale";
import { Scheduler, type ScheduleBar, type ScheduleRow } from "./scheduler";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const scale = scaleOf([0, DAY], [0, DAY]);
let drawn = 0;
const bar = (key: number, over: Partial<ScheduleBar> = {}): ScheduleBar => ({
  key, row: "r0", lane: 0, start: 6 * HOUR, end: 12 * HOUR, title: `T${key}`, text: "", tone: "plan", done: 0, fixed: false, proposed: false, movable: true,
  get label() { drawn++; return `bar ${key}`; }, ...over,
});
const rows: ScheduleRow[] = Array.from({ length: 50 }, (_, n) => ({ key: `r${n}`, head: `row ${n}`, lanes: 1, windows: [[0, DAY]], loads: [0.5] }));
const day = [{ key: "d", title: "Monday", note: "", short: null }];

function shown(bars: ScheduleBar[]) {
  const onDrop = vi.fn(), onChoose = vi.fn();
  render(<Scheduler label="Board" corner="" days={day} scale={scale} rows={rows} bars={bars} now={-1} chosen={null} onChoose={onChoose} onDrop={onDrop} />);
  return { onDrop, onChoose };
}
const point = (node: Element, type: string, x: number, y: number) => node.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 0, clientX: x, clientY: y }));

it("draws rows in sight and bars within the days shown, with a lock also where there is no room for a name", () => {
  shown([bar(1), bar(2, { row: "r40" }), bar(3, { start: 30 * HOUR, end: 40 * HOUR }), bar(4, { end: 6 * HOUR + 30 * 60_000, fixed: true })]);
  expect(screen.getByLabelText("bar 1")).toHaveTextContent("T1");
  expect(screen.queryByText("row 40")).toBeNull();
  expect([screen.queryByLabelText("bar 2"), screen.queryByLabelText("bar 3")]).toEqual([null, null]);
  const thin = screen.getByLabelText("bar 4"); // 21 of 1000 pixels
  expect([thin.textContent, thin.querySelectorAll("svg").length, thin.classList.contains("fixed")]).toEqual(["", 1, true]);
});

it("moves a dragged bar by itself, without drawing anything anew, and says where it was put", () => {
  const { onDrop, onChoose } = shown([bar(1), bar(2, { row: "r1" })]);
  const node = screen.getByLabelText("bar 1");
  node.setPointerCapture = () => undefined;
  const before = drawn;
  point(node, "pointerdown", 300, 20);
  point(node, "pointermove", 350, 84);
  expect(node.style.transform).toBe("translate3d(50px, 64px, 0)");
  expect(node).toHaveClass("moving");
  point(node, "pointerup", 425, 84);
  expect(drawn).toBe(before);
  expect([node.style.transform, node.classList.contains("moving")]).toEqual(["", false]);
  // 125 of 1000 pixels are three hours; 84 pixels down is the second row.
  expect(onDrop).toHaveBeenCalledWith(expect.objectContaining({ key: 1 }), "r1", 0, 9 * HOUR);
  expect(onChoose).not.toHaveBeenCalled();
});

it("chooses what is only clicked, and leaves where it is what may not be moved", () => {
  const { onDrop, onChoose } = shown([bar(1, { movable: false })]);
  const node = screen.getByLabelText("bar 1");
  point(node, "pointerdown", 300, 20);
  point(node, "pointermove", 400, 20);
  expect(node.style.transform).toBe("");
  point(node, "pointerup", 400, 20);
  expect(onChoose).toHaveBeenCalledOnce();
  expect(onDrop).not.toHaveBeenCalled();
});
