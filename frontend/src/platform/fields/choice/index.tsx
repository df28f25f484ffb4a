/** One of a list of words. The state field of an entity shows its shape as well. */
import { Status } from "@/ui/status";
import type { FieldMeta, StateMeta } from "../../records/types";
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

export const choiceLabel = (field: FieldMeta, value: unknown, states?: StateMeta[]): string => {
  if (isEmpty(value)) return "";
  const state = states?.find((item) => item.value === value);
  return state?.label ?? field.choices?.find((item) => String(item.value) === String(value))?.label ?? String(value);
};

const ChoiceDisplay = ({ field, value, states }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  const state = states?.find((item) => item.value === value);
  return state ? <Status kind={state.kind}>{state.label}</Status> : <>{choiceLabel(field, value)}</>;
};

/** Value of a pasted word: the stored value or the label in the language of the page. */
export function findChoice(field: FieldMeta, input: string): string | null {
  const word = input.trim().toLowerCase();
  const found = field.choices?.find((item) => String(item.value).toLowerCase() === word || item.label.toLowerCase() === word);
  return found ? found.value : null;
}

/** Rough width of a word at 13 px; Chinese characters are twice as wide. */
const wordWidth = (word: string) => [...word].reduce((width, ch) => width + (ch > "\u2e7f" ? 13 : 7), 0);

export const choice: FieldModule = {
  type: "choice",
  width: (field) => Math.min(220, Math.max(132, ...(field.choices ?? []).map((item) => wordWidth(item.label) + 28))),
  span: 1,
  operators: ["is", "not", "empty", "filled"],
  empty: null,
  Display: ChoiceDisplay,
  toText: (value, field) => choiceLabel(field, value),
  parse: (input, field, env) => {
    if (input.trim() === "") return parsed(null);
    const value = findChoice(field, input);
    return value === null ? refused(env.t("notChoice", { text: input.trim() })) : parsed(value);
  },
};
