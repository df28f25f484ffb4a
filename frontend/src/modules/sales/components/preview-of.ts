/** From the form to the question, and from the answer to what covers each line. */
import { compare, isDecimal } from "@/platform/fields/decimal/exact";
import { bodyOf, linesOf, type Line, type Values } from "@/platform/records/form/values";
import type { EntityMeta, Ref } from "@/platform/records/types";
import type { PreviewLine } from "../api/preview";

export interface Question {
  body: Values;
  /** The screen's keys of the lines that are asked about, in order. */
  keys: string[];
}

const isRef = (value: unknown): value is Ref => typeof value === "object" && value !== null && "id" in value;
const isComplete = (line: Line) => isRef(line.product) && isDecimal(String(line.quantity ?? "")) && compare(String(line.quantity), "0") > 0;

/** Null while there is nothing to ask about yet: no customer, or no line with a product and a quantity. */
export function questionOf(entity: EntityMeta, lines: EntityMeta | undefined, values: Values): Question | null {
  const customer = entity.fields.find((field) => field.ref === "shared.party" && field.required);
  const field = entity.lines?.field;
  if (!customer || !field || !isRef(values[customer.key])) return null;
  const asked = linesOf(entity, values).filter(isComplete);
  if (asked.length === 0) return null;
  // a line that stands already is asked about like a new one
  const bare = asked.map((line) => ({ ...line, id: undefined }));
  return { body: bodyOf(entity, lines, { ...values, [field]: bare }, null).body, keys: asked.map((line) => line._key) };
}

export interface Outlook {
  line: PreviewLine;
  wanted: string | null;
  /** From stock at once, of what is needed; both in the stock unit. Null where there is no stock to ask. */
  now: number | null;
  need: number;
  late: boolean;
}

const exact = (value: number) => Math.max(0, Math.round(value * 1e6) / 1e6);

/** What each line gets: of one product the first line takes first. */
export function outlooks(lines: Line[], answers: ReadonlyMap<string, PreviewLine>, wanted: string | null): Map<string, Outlook> {
  const left = new Map<string, number>();
  const found = new Map<string, Outlook>();
  for (const line of lines) {
    const answer = answers.get(line._key);
    if (!answer || !isRef(line.product)) continue;
    const product = String(line.product.id);
    const need = Number(answer.base_quantity);
    const free = left.get(product) ?? exact(Number(answer.available ?? 0));
    const now = answer.available === null ? null : Math.min(free, need);
    left.set(product, exact(free - (now ?? 0)));
    const by = (line.requested_on as string | null | undefined) || wanted;
    found.set(line._key, { line: answer, wanted: by || null, now, need, late: Boolean(by && (answer.promised_on === null || answer.promised_on > by)) });
  }
  return found;
}

/** The line in two: what is there now, and the rest. */
export function splitLine(lines: Line[], key: string, now: string, rest: string, restKey: string): Line[] {
  return lines.flatMap((line) => (line._key === key ? [{ ...line, quantity: now }, { ...line, id: undefined, _key: restKey, quantity: rest }] : [line]));
}
