import { describe, expect, it } from "vitest";
import { addStep, blankStep, changeStep, dropStep, moveStep, ownName, pastedSteps } from "./steps";

const three = () => ["a", "b", "c"].reduce((lines, text) => addStep(lines, lines.length, blankStep(text)), [] as ReturnType<typeof addStep>);
const told = (lines: ReturnType<typeof addStep>) => lines.map((line) => `${String(line.position)}${String(line.text)}`).join(" ");

describe("steps", () => {
  it("keeps positions in the order on screen", () => {
    expect(told(three())).toBe("10a 20b 30c");
    expect(told(moveStep(three(), 2, 0))).toBe("10c 20a 30b");
    expect(told(dropStep(three(), 1))).toBe("10a 20c");
    expect(told(addStep(three(), 1, blankStep("x")))).toBe("10a 20x 30b 40c");
    expect(told(changeStep(three(), 1, { text: "B" }))).toBe("10a 20B 30c");
    expect(told(moveStep(three(), 0, 3))).toBe("10a 20b 30c");
  });
  it("takes a pasted list apart", () => {
    expect(pastedSteps("1. Clamp it\r\n2) Weld\n\n3、检查\n• Clean")).toEqual(["Clamp it", "Weld", "检查", "Clean"]);
    expect(pastedSteps("one line")).toEqual([]);
  });
  it("names pictures apart", () => {
    expect(ownName("a.jpg", new Set())).toBe("a.jpg");
    expect(ownName("a.jpg", new Set(["a.jpg", "a-2.jpg"]))).toBe("a-3.jpg");
    expect(ownName("photo", new Set(["photo"]))).toBe("photo-2");
  });
});
