/** Yes or no. A tick in a grid; the word where there is room for it. */
import { Check } from "lucide-react";
import { Nothing } from "../nothing";
import { isColumn, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const YES = new Set(["true", "yes", "y", "1", "x", "✓", "✔", "是", "有", "真"]);
const NO = new Set(["false", "no", "n", "0", "否", "无", "假", "–", "-"]);

const BooleanDisplay = ({ value, env, place }: DisplayProps) => {
  if (value === null || value === undefined) return <Nothing />;
  if (!isColumn(place)) return <>{env.t(value ? "yes" : "no")}</>;
  return value ? <Check size={14} role="img" aria-label={env.t("yes")} /> : <span className="dim" role="img" aria-label={env.t("no")}>–</span>;
};

export const boolean: FieldModule = {
  type: "boolean",
  width: () => 84,
  span: 1,
  operators: ["is", "empty", "filled"],
  empty: false,
  Display: BooleanDisplay,
  toText: (value, _field, env) => (value === null || value === undefined ? "" : env.t(value === true || value === "true" ? "yes" : "no")),
  parse: (input, field, env) => {
    const word = input.trim().toLowerCase();
    if (word === "") return parsed(field.nullable ? null : false);
    if (YES.has(word)) return parsed(true);
    if (NO.has(word)) return parsed(false);
    return refused(env.t("notBoolean", { text: input.trim() }));
  },
};
