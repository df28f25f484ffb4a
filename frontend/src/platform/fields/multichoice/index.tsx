/** Several of a list of words. */
import { findChoice, choiceLabel } from "../choice";
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const asList = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : isEmpty(value) ? [] : [String(value)]);

const MultiChoiceDisplay = ({ field, value }: DisplayProps) => {
  const values = asList(value);
  if (values.length === 0) return <Nothing />;
  return <span className="fld-tags">{values.map((item) => <em key={item} className="tag">{choiceLabel(field, item)}</em>)}</span>;
};

export const multichoice: FieldModule = {
  type: "multichoice",
  width: () => 160,
  span: 2,
  operators: ["is", "empty", "filled"],
  empty: [],
  Display: MultiChoiceDisplay,
  toText: (value, field) => asList(value).map((item) => choiceLabel(field, item)).join(", "),
  parse: (input, field, env) => {
    const values: string[] = [];
    for (const word of input.split(/[,;，；、|]/).map((item) => item.trim()).filter(Boolean)) {
      const value = findChoice(field, word);
      if (value === null) return refused(env.t("notChoice", { text: word }));
      if (!values.includes(value)) values.push(value);
    }
    return parsed(values);
  },
};
