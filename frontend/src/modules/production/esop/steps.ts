/** Steps of a work instruction as the editor changes them: pure. */
import { newLineKey, type Line } from "@/platform/records/form/values";

export const words = (line: Line, key: "text" | "text_zh" | "caution" | "picture"): string => String(line[key] ?? "");

/** Who writes in Chinese alone has said all: the other language holds the same until somebody translates it. */
export function written(step: Line, key: "text" | "text_zh", value: string, zh: boolean): Partial<Line> {
  const follows = zh && key === "text_zh" && (!words(step, "text") || words(step, "text") === words(step, "text_zh"));
  return follows ? { text: value, text_zh: value } : { [key]: value };
}

export const shown = (step: Line, key: "text" | "text_zh", zh: boolean): string => (zh && key === "text" && words(step, "text") === words(step, "text_zh") ? "" : words(step, key));

/** In their order: positions follow, whatever they were. */
const inOrder = (lines: Line[]): Line[] => lines.map((line, index) => ({ ...line, position: (index + 1) * 10 }));

export const blankStep = (text = ""): Line => ({ _key: newLineKey(), position: 0, text, text_zh: "", caution: "", picture: "" });

export const addStep = (lines: Line[], at = lines.length, step = blankStep()): Line[] => inOrder([...lines.slice(0, at), step, ...lines.slice(at)]);

export const changeStep = (lines: Line[], at: number, values: Partial<Line>): Line[] => inOrder(lines.map((line, index) => (index === at ? { ...line, ...values } : line)));

export const dropStep = (lines: Line[], at: number): Line[] => inOrder(lines.filter((_line, index) => index !== at));

export function moveStep(lines: Line[], from: number, to: number): Line[] {
  if (to < 0 || to >= lines.length || from === to) return lines;
  const rest = lines.filter((_line, index) => index !== from);
  return inOrder([...rest.slice(0, to), lines[from]!, ...rest.slice(to)]);
}

/** Several lines pasted into a step: one step each, without the numbers and bullets that they had. Less than two: none. */
export function pastedSteps(text: string): string[] {
  const found = text.split(/\r?\n/).map((line) => line.trim().replace(/^(\d{1,2}[.)、．]|[-*•·])\s*/, "")).filter(Boolean);
  return found.length > 1 ? found : [];
}

/** A name that no other picture of the instruction has: `weld.jpg`, `weld-2.jpg`. */
export function ownName(name: string, taken: ReadonlySet<string>): string {
  const [, stem = name, extension = ""] = /^(.*?)(\.[^.]+)?$/.exec(name) ?? [];
  for (let number = 1; ; number += 1) {
    const found = `${stem}${number === 1 ? "" : `-${number}`}${extension}`;
    if (!taken.has(found)) return found;
  }
}

export const isVideo = (name: string): boolean => /\.(mp4|webm|mov)$/i.test(name);
