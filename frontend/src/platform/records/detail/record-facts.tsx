/** The row of key facts: amount, dates, quantities, the counterpart. A module may put its own in their place. */
import { useTranslation } from "react-i18next";
import { useSlot } from "@/platform/slots/slots";
import { Fact, Facts } from "@/ui/figures";
import { daysBetween } from "@/ui/format/date";
import { useFieldEnv } from "../../fields/env";
import { isIsoDate } from "../../fields/date/iso";
import { FieldDisplay } from "../../fields/registry";
import { isEmpty, type FieldEnv } from "../../fields/types";
import { fieldByPath, fieldPath, stateOf, valueAt, visibleFields } from "../entity";
import { slotName } from "../slot-name";
import type { EntityMeta, FieldMeta, Row } from "../types";

const WEIGHT: Record<string, number> = { money: 0, date: 1, quantity: 2, percent: 3, ref: 4, integer: 5, decimal: 5, choice: 6, datetime: 7 };
const MOST = 6;

/** At most six of what the list shows: money first, then dates and quantities; title, subtitle and state are in the head. */
export function factFields(entity: EntityMeta): FieldMeta[] {
  const taken = new Set([entity.title_field, entity.subtitle_field, entity.state_field]);
  const listed = entity.list.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined);
  const fits = (field: FieldMeta) => !field.hidden && !taken.has(field.key) && field.type in WEIGHT;
  const byWeight = (fields: FieldMeta[]) => fields.map((field, index) => ({ field, index }))
    .sort((a, b) => WEIGHT[a.field.type]! - WEIGHT[b.field.type]! || a.index - b.index).map(({ field }) => field);
  const first = byWeight([...new Set(listed)].filter(fits)).slice(0, MOST);
  // a list that says little is helped out by the sums
  const sums = visibleFields(entity).filter((field) => fits(field) && field.type === "money" && !first.includes(field));
  return byWeight([...first, ...sums.slice(0, Math.max(0, 4 - first.length))]);
}

const FINAL = new Set(["done", "off"]);

/** One line of context for a date: how far away it is; red only when it is past and the record still open. */
function dateNote(value: unknown, field: FieldMeta, open: boolean, env: FieldEnv, t: (key: string, options?: Record<string, unknown>) => string) {
  if (field.type !== "date" || !isIsoDate(value)) return undefined;
  const days = daysBetween(env.today, value);
  const due = /due|promis|deliver|want|until|expected|end|deadline/.test(field.key);
  if (days === 0) return { text: t("fact.today") };
  if (days > 0) return { text: t("fact.in", { count: days }) };
  return due && open ? { text: t("fact.late", { count: -days }), tone: "bad" as const } : { text: t("fact.ago", { count: -days }) };
}

export function RecordFacts({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const own = useSlot<{ entity: EntityMeta; record: Row }>(slotName(entity, "detail.facts"));
  if (own.length > 0) return <Facts>{own.map((fill) => <fill.component key={fill.key} entity={entity} record={record} />)}</Facts>;
  const fields = factFields(entity);
  if (fields.length < 2) return null;
  const open = !FINAL.has(stateOf(entity, record)?.kind ?? "open");
  return (
    <Facts>
      {fields.map((field) => {
        const value = valueAt(record, fieldPath(field));
        const note = dateNote(value, field, open, env, t);
        return <Fact key={fieldPath(field)} label={field.label} value={isEmpty(value) ? <span className="dim">–</span> : <FieldDisplay field={field} value={value} row={record} env={env} place="fact" />} note={note?.text} noteTone={note?.tone} />;
      })}
    </Facts>
  );
}
