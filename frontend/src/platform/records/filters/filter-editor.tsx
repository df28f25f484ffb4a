/** Editor of one condition: pick the operator, pick the value, see how many records that leaves, apply. */
import { useQuery } from "@tanstack/react-query";
import { Check as Tick } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { Button } from "@/ui/button";
import { Check, Segmented } from "@/ui/controls";
import { Mark } from "@/ui/status";
import { useFieldEnv } from "../../fields/env";
import type { ChipOperator } from "../../fields/types";
import { fetchGroups, fetchPage } from "../api";
import { listParams, type RecordList } from "../list/use-record-list";
import { useDebounced } from "../use-debounced";
import { replaceField, type Chip } from "./model";
import { choicesOf, contentOf, filtersOf, operatorKey, operatorsOf, type ChipContent } from "./operators";
import { DateValue, NumberValue, RefValue, SpanValue, TextValue } from "./value-editors";
import { useFilterField } from "./use-filter-field";

const SEGMENTS: ChipOperator[][] = [["is", "not"], ["within", "between"], ["between", "is"], ["contains", "is"]];

export function FilterEditor({ list, chip, onDone }: { list: RecordList; chip: Chip; onDone: () => void }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const { field, states } = useFilterField(list.entity, chip.field);
  const choices = choicesOf(field, env, states);
  const values = choices.map((choice) => choice.value);
  const allowed = operatorsOf(field);
  const [content, setContent] = useState<ChipContent>(() => (chip.filters.length ? contentOf(chip, values) : { op: allowed[0] ?? "is", values: [] }));
  const next = filtersOf(chip.field, content, values);
  const rest = list.filters.filter((filter) => filter.field !== chip.field);
  const settled = useDebounced(JSON.stringify(next), 250);
  const params = listParams({ filters: [...rest, ...(JSON.parse(settled) as typeof next)], search: list.state.search, sort: [] }, list.now, list.fixed);
  const left = useQuery({
    queryKey: keyOf(list.tenant.slug, list.entity.key, "count", params),
    queryFn: ({ signal }) => fetchPage(list.entity, { ...params, limit: 1, count: 1 }, signal),
    staleTime: 30_000, retry: false, placeholderData: (known) => known,
  });
  const without = listParams({ filters: rest, search: list.state.search, sort: [] }, list.now, list.fixed);
  const spread = useQuery({
    queryKey: keyOf(list.tenant.slug, list.entity.key, "summary", { ...without, group: chip.field }),
    queryFn: ({ signal }) => fetchGroups(list.entity, { ...without, group: chip.field }, signal),
    enabled: choices.length > 0, staleTime: 30_000, retry: false,
  });
  const counts = new Map((spread.data ?? []).map((group) => [String(group.key), group.count]));
  const apply = () => { list.setFilters(replaceField(list.filters, chip.field, next)); onDone(); };
  const change = (op: ChipOperator) => setContent((known) => ({ op, values: op === "between" || known.op === "between" || op === "within" || known.op === "within" ? [] : known.values }));
  const segment = SEGMENTS.find((pair) => pair.includes(content.op) && pair.every((op) => allowed.includes(op)));
  const others = allowed.filter((op) => !segment?.includes(op));

  function body() {
    if (content.op === "empty" || content.op === "filled") return null;
    if (choices.length > 0) {
      return (
        <div className="fe-list" role="group">
          {choices.map((choice) => (
            <label key={choice.value} className="mi">
              <Check checked={content.values.includes(choice.value)} onChange={(event) => setContent((known) => ({
                ...known, values: event.target.checked ? [...known.values, choice.value] : known.values.filter((value) => value !== choice.value),
              }))} />
              {choice.kind && <Mark kind={choice.kind} />}
              <span className="label">{choice.label}</span>
              <span className="hint">{counts.get(choice.value) ?? (spread.data ? 0 : "")}</span>
            </label>
          ))}
        </div>
      );
    }
    const edit = { field, env, content, setContent, apply };
    if (content.op === "within") return <SpanValue {...edit} />;
    if (field.type === "ref") return <RefValue {...edit} />;
    if (field.type === "date" || field.type === "datetime") return <DateValue {...edit} />;
    return ["integer", "decimal", "money", "quantity", "percent"].includes(field.type) ? <NumberValue {...edit} /> : <TextValue {...edit} />;
  }

  return (
    <form className="fe" onSubmit={(event) => { event.preventDefault(); apply(); }}>
      {segment && <div className="fe-op"><Segmented small label={t("filter.operator")} value={content.op} onChange={change} options={segment.map((op) => ({ value: op, label: t(operatorKey(op, field)) }))} /></div>}
      {body()}
      {others.length > 0 && (
        <div className="fe-others">
          {others.map((op) => (
            <button key={op} type="button" className={`link xs${content.op === op ? " strong" : ""}`} aria-pressed={content.op === op} onClick={() => change(op)}>{t(operatorKey(op, field))}</button>
          ))}
        </div>
      )}
      <div className="fe-foot">
        <span className="dim xs" aria-live="polite">{left.data?.count === undefined ? "" : t("list.records", { count: left.data.count })}</span>
        <span className="grow" />
        <Button size="small" variant="primary" submit icon={<Tick size={14} />}>{t("filter.apply")}</Button>
      </div>
    </form>
  );
}
