import { act, render } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useWedge } from "./use-wedge";

const heard = { onScan: vi.fn(), onKey: vi.fn() };

function Listening() {
  useWedge(heard);
  return <input aria-label="field" />;
}

let now = 0;
/** Keys `gap` milliseconds apart. */
function type(keys: string[], gap: number, target: Element = document.body) {
  for (const key of keys) {
    act(() => { vi.advanceTimersByTime(gap); });
    now += gap;
    const event = new KeyboardEvent("keydown", { key, bubbles: true });
    Object.defineProperty(event, "timeStamp", { value: now });
    target.dispatchEvent(event);
  }
}

describe("a scanner that types", () => {
  beforeEach(() => { vi.useFakeTimers(); vi.clearAllMocks(); });
  afterEach(() => { vi.useRealTimers(); });

  it("is heard as one code, and its figures are no quantity", () => {
    render(<Listening />);
    type([..."4006381333931", "Enter"], 5);
    expect(heard.onScan).toHaveBeenCalledExactlyOnceWith("4006381333931");
    expect(heard.onKey).not.toHaveBeenCalled();
  });

  it("leaves what a hand presses to the keypad", () => {
    render(<Listening />);
    type(["1", "2", "Enter"], 300);
    expect(heard.onScan).not.toHaveBeenCalled();
    expect(heard.onKey.mock.calls).toEqual([["1"], ["2"], ["Enter"]]);
  });

  it("may be slow where the code has letters", () => {
    render(<Listening />);
    type([..."BELL-3", "Enter"], 150);
    expect(heard.onScan).toHaveBeenCalledExactlyOnceWith("BELL-3");
  });

  it("does not listen while a field is typed into", () => {
    const { getByLabelText } = render(<Listening />);
    type([..."WHEEL", "Enter"], 5, getByLabelText("field"));
    expect(heard.onScan).not.toHaveBeenCalled();
  });
});
