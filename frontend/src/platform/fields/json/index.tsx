/** Structured data: readable as key and value in a detail, one line elsewhere. */
import { EntityLink } from "../../records/entity-link";
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

/** A reference across modules: it shows its label, and links while the other side may be opened. */
const isRecordRef = (value: unknown): value is { entity: string; id: number | string; label: string } =>
  typeof value === "object" && value !== null && "entity" in value && "id" in value && typeof (value as { label?: unknown }).label === "string";

const JsonDisplay = ({ value, place }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null)) return <>{value.join(", ")}</>;
  if (isRecordRef(value)) return place === "detail" || place === "fact" ? <EntityLink entity={value.entity} id={value.id}>{value.label}</EntityLink> : <>{value.label}</>;
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
