/** How far a production order is, in the words sales says to a customer. */
import type { Making } from "./api";

type T = (key: string, options?: Record<string, unknown>) => string;
interface Format { quantity: (value: string) => string; day: (value: string) => string }

export function makingWords(made: Making, t: T, format: Format): string {
  const when = made.expected_on ?? made.due_on;
  const day = made.expected_on === null ? t("making.due", { day: format.day(when) }) : t("making.expected", { day: format.day(when.slice(0, 10)) });
  if (made.status === "draft") return [t("making.planned", { day: format.day(made.start_on) }), day].join(t("making.comma"));
  if (made.status === "done" || made.status === "closed") return t("making.made", { quantity: format.quantity(made.completed) });
  const step = made.step;
  const part = made.steps.length === 0
    ? [t(made.status === "released" ? "making.released" : "making.running"), t("making.pieces", { done: format.quantity(made.completed), quantity: format.quantity(made.quantity) })]
    : [
      t(made.status === "released" ? "making.released" : "making.running"),
      ...(step ? [t("making.step", { position: step.position, of: step.of, name: step.name }), t("making.pieces", { done: format.quantity(step.good), quantity: format.quantity(step.quantity) })] : []),
    ];
  return [...part, day].join(t("making.comma"));
}
