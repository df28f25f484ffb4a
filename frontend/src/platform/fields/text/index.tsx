/** Short text. Also the ground that e-mail, phone and web address stand on. */
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

export const asText = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Codes and the like are short whatever the column of the database allows. */
const isShort = (key: string): boolean => /(^|_)(code|number|currency|symbol|sku|key|slug|zip|size|color)$/.test(key);

const TextDisplay = ({ value }: DisplayProps) => (isEmpty(value) ? <Nothing /> : <>{asText(value)}</>);

export const text: FieldModule = {
  type: "text",
  width: (field) => (isShort(field.key) ? 112 : field.max_length && field.max_length <= 20 ? 124 : 168),
  grow: true,
  span: 1,
  operators: ["contains", "is", "empty", "filled"],
  empty: "",
  Display: TextDisplay,
  toText: asText,
  parse: (input, field, env) => {
    const value = input.replace(/\s*\n\s*/g, " ").trim();
    return field.max_length && value.length > field.max_length
      ? refused(env.t("tooLong", { max: field.max_length }))
      : parsed(value);
  },
};
