/** A list on a phone: one card per record with the four things one asks for: who, how much, what state, when. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useFieldEnv } from "../../fields/env";
import { FieldDisplay, fieldModule } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldByPath, recordPath, titleOf, valueAt } from "../entity";
import { useGo } from "../navigation";
import type { EntityMeta, FieldMeta, Row } from "../types";

interface CardFields {
  /** What leads in place of the title: of a document its counterpart, of a code its name. */
  head?: FieldMeta;
  /** Below a title that leads itself. */
  under?: FieldMeta;
  amount?: FieldMeta;
  state?: FieldMeta;
  date?: FieldMeta;
  more?: FieldMeta;
}

/** The roles of a card's corners, from what the entity lists. */
export function cardFields(entity: EntityMeta): CardFields {
  const listed = entity.list.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined && !field.hidden);
  const others = listed.filter((field) => field.key !== entity.title_field && field.key !== entity.subtitle_field && field.key !== entity.state_field);
  const amount = others.find((field) => field.type === "money") ?? others.find((field) => ["quantity", "percent", "decimal", "integer"].includes(field.type));
  const date = others.find((field) => field.type === "date" || field.type === "datetime");
  const title = fieldByPath(entity, entity.title_field);
  const subtitle = entity.subtitle_field ? fieldByPath(entity, entity.subtitle_field) : undefined;
  const leads = subtitle !== undefined && (title?.key === "number" || title?.key === "code" || (title?.type === "text" && subtitle.type === "ref"));
  return {
    head: leads ? subtitle : undefined,
    under: leads ? undefined : subtitle,
    state: entity.state_field ? fieldByPath(entity, entity.state_field) : undefined,
    amount, date,
    more: others.find((field) => field !== amount && field !== date && field.type !== "longtext" && field.type !== "json"),
  };
}

const CARD = 92;

export function RecordCards({ entity, rows, onEnd }: { entity: EntityMeta; rows: Row[]; onEnd: () => void }) {
  const env = useFieldEnv();
  const go = useGo();
  const box = useRef<HTMLDivElement>(null);
  const fields = useMemo(() => cardFields(entity), [entity]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => CARD, overscan: 8 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 6) onEnd();
  }, [last, rows.length, onEnd]);
  const show = (field: FieldMeta | undefined, row: Row) => field && !isEmpty(row[field.key])
    ? <FieldDisplay field={field} value={valueAt(row, field.key)} row={row} env={env} place="card" states={field.key === entity.state_field ? entity.states : undefined} /> : null;
  return (
    <div ref={box} className="cards">
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index]!;
          const head = show(fields.head, row);
          const [state, date] = [show(fields.state, row), show(fields.date, row)];
          return (
            <button key={row.id} ref={virtual.measureElement} data-index={item.index} type="button" className="pcard rec-card" style={{ transform: `translateY(${item.start}px)` }} onClick={() => go(recordPath(entity, row.id))}>
              <span className="a"><b className="ell">{head ?? titleOf(entity, row)}</b><span className="grow" /><b>{show(fields.amount, row)}</b></span>
              <span className="a n"><span className="ell">{head ? titleOf(entity, row) : (show(fields.under, row) ?? show(fields.more, row))}</span><span className="grow" />{(head ?? fields.under) && fields.more && !isEmpty(row[fields.more.key]) && <span className="ell">{fieldModule(fields.more.type).align === "end" && `${fields.more.label} `}{show(fields.more, row)}</span>}</span>
              {(state || date) && <span className="z">{state}<span className="grow" /><span>{date}</span></span>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
