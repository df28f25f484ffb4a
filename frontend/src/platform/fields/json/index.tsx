/** Structured data: readable as key and value in a detail, one line elsewhere. */
import { formatNumber } from "@/ui/format/number";
import { EntityLink } from "../../records/entity-link";
import { isDecimal } from "../decimal/exact";
import { Nothing } from "../nothing";
import { isTaxLines, TaxLines } from "./tax-lines";
import { isEmpty, parsed, refused, type DisplayProps, type FieldEnv, type FieldModule } from "../types";

/** A reference across modules: it shows its label, and links while the other side may be opened. */
const isRecordRef = (value: unknown): value is { entity: string; id: number | string; label: string } =>
  typeof value === "object" && value !== null && "entity" in value && "id" in value && typeof (value as { label?: unknown }).label === "string";

const JsonDisplay = ({ value, place, row, env }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null)) return <>{value.join(", ")}</>;
  if (isRecordRef(value)) return place === "detail" || place === "fact" ? <EntityLink entity={value.entity} id={value.id}>{value.label}</EntityLink> : <>{value.label}</>;
  if (place !== "detail") return <code className="fld-code-line">{JSON.stringify(value)}</code>;
  if (isTaxLines(value)) return <TaxLines lines={value} row={row} env={env} />;
  if (isTable(value)) return <JsonTable rows={value} env={env} />;
  return <pre className="fld-json">{JSON.stringify(value, null, 2)}</pre>;
};

type Flat = Record<string, unknown>;
const isFlat = (item: unknown): item is Flat => typeof item === "object" && item !== null && !Array.isArray(item) && Object.values(item).every((value) => typeof value !== "object" || value === null || "label" in value);
const isTable = (value: unknown): value is Flat[] => Array.isArray(value) && value.length > 0 && value.every(isFlat);

const cellText = (value: unknown): string =>
  value === null || value === undefined || value === "" ? "–" : typeof value === "object" ? String((value as { label: unknown }).label) : formatNumber(String(value));

/** A list of like things reads better as a table than as brackets. */
function JsonTable({ rows, env }: { rows: Flat[]; env: FieldEnv }) {
  const head = (key: string) => env.t(`column.${key}`, { defaultValue: key.replace(/_/g, " ") });
  const figures = (key: string) => rows.every((row) => isDecimal(String(row[key] ?? "")));
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => rows.some((row) => row[key] !== null && row[key] !== ""));
  return (
    <table className="fld-table">
      <thead><tr>{keys.map((key) => <th key={key} className={figures(key) ? "num" : undefined}>{head(key)}</th>)}</tr></thead>
      <tbody>{rows.map((row, index) => <tr key={index}>{keys.map((key) => <td key={key} className={figures(key) ? "num" : undefined}>{cellText(row[key])}</td>)}</tr>)}</tbody>
    </table>
  );
}

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
