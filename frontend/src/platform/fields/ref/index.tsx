/** A reference to another record: its label, linked where the viewer may open it. */
import type { Ref } from "../../records/types";
import { EntityLink } from "../../records/entity-link";
import { Nothing } from "../nothing";
import { isEmpty, parsed, type DisplayProps, type FieldModule } from "../types";

export const asRef = (value: unknown): Ref | null => {
  if (isEmpty(value)) return null;
  if (typeof value === "object" && "id" in (value as object)) return value as Ref;
  return typeof value === "number" || typeof value === "string" ? { id: value, label: String(value) } : null;
};

export const refLabel = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(refLabel).join(", ");
  const ref = asRef(value);
  return ref ? ref.label || `#${ref.id}` : isEmpty(value) ? "" : String((value as { label?: unknown }).label ?? JSON.stringify(value));
};

const RefDisplay = ({ field, value, place }: DisplayProps) => {
  const ref = asRef(value);
  if (!ref) return isEmpty(value) ? <Nothing /> : <>{refLabel(value)}</>;
  const label = <>{refLabel(ref)}{(place === "line" || place === "detail") && ref.code && ref.code !== ref.label && <span className="dim xs fld-code">{ref.code}</span>}</>;
  // in a grid the row itself opens; a link in every cell would be a thicket of targets
  return place === "detail" || place === "fact" ? <EntityLink entity={field.ref} id={ref.id}>{label}</EntityLink> : label;
};

/** Pasted references are looked up by code or name by whoever pastes; until then they are a question. */
export interface PendingRef {
  lookup: string;
}
export const isPending = (value: unknown): value is PendingRef =>
  typeof value === "object" && value !== null && "lookup" in value;

export const ref: FieldModule = {
  type: "ref",
  width: (field) => (/\.(unit|currency)$/.test(field.ref ?? "") ? 84 : field.ref === "shared.tax" ? 108 : field.ref === "shared.product" ? 240 : field.ref === "access.member" ? 128 : 160),
  grow: true,
  span: 2,
  operators: ["is", "empty", "filled"],
  empty: null,
  Display: RefDisplay,
  toText: (value) => refLabel(value),
  parse: (input) => parsed(input.trim() === "" ? null : { lookup: input.trim() } satisfies PendingRef),
  toWire: (value) => (Array.isArray(value) ? value.map((item) => asRef(item)?.id ?? item) : asRef(value)?.id ?? (isPending(value) ? { code: value.lookup } : null)),
};
