/** Structured data: readable as key and value in a detail, one line elsewhere. */
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const JsonDisplay = ({ value, place }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  if (place !== "detail") return <code className="fld-code-line">{JSON.stringify(value)}</code>;
  return <pre className="fld-json">{JSON.stringify(value, null, 2)}</pre>;
};

export const json: FieldModule = {
  type: "json",
  width: () => 200,
  span: 4,
  operators: ["empty", "filled"],
  empty: null,
  Display: JsonDisplay,
  toText: (value) => (isEmpty(value) ? "" : JSON.stringify(value)),
  parse: (input, _field, env) => {
    if (input.trim() === "") return parsed(null);
    try {
      return parsed(JSON.parse(input));
    } catch {
      return refused(env.t("notJson"));
    }
  },
};
