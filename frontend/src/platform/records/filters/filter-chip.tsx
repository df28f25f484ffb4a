/** One condition of the list: field · operator · value · ×. A click opens its editor. */
import { X } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Popover } from "@/ui/overlay/popover";
import { useFieldEnv } from "../../fields/env";
import type { RecordList } from "../list/use-record-list";
import type { Chip } from "./model";
import { choicesOf, contentOf, operatorKey, valueText } from "./operators";
import { useFilterField, useRefLabels } from "./use-filter-field";

export const FilterEditor = lazy(() => import("./filter-editor").then((module) => ({ default: module.FilterEditor })));

/** Words of a chip, also used where a filter is named in a sentence. */
export function useChipWords(list: RecordList, chip: Chip): { label: string; op: string; value: string } {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const { field, label, states } = useFilterField(list.entity, chip.field);
  const content = contentOf(chip, choicesOf(field, env, states).map((choice) => choice.value));
  const labels = useRefLabels(field.type === "ref" ? field.ref : null, field.type === "ref" ? content.values : []);
  const words = content.values.map((value) => valueText(field, value, env, states, labels));
  const value = content.op === "between" ? `${words[0]} – ${words[1]}` : words.length > 2 ? t("filter.values", { count: words.length }) : words.join(t("list.comma"));
  // "Active: Yes" needs no "is", least of all in Chinese, where both are one word
  const op = field.type === "boolean" && content.op === "is" ? "" : t(operatorKey(content.op, field));
  return { label, op, value };
}

export function FilterChip({ list, chip, startOpen, onClosed }: { list: RecordList; chip: Chip; startOpen?: boolean; onClosed?: () => void }) {
  const { t } = useTranslation("records");
  const [open, setOpen] = useState(startOpen ?? false);
  const anchor = useRef<HTMLSpanElement>(null);
  const words = useChipWords(list, chip);
  const close = () => { setOpen(false); onClosed?.(); };
  const empty = chip.filters.length === 0;
  return (
    <>
      <span ref={anchor} className={`chip${open ? " open" : ""}`} tabIndex={-1}>
        <button type="button" className="chip-words" aria-label={[words.label, ...(empty ? [] : [words.op, words.value])].filter(Boolean).join(" ")} aria-haspopup="dialog" aria-expanded={open} onClick={() => (open ? close() : setOpen(true))}>
          <span className="k">{words.label}</span>{!empty && <>{words.op && <span className="op">{words.op}</span>}<span className="v">{words.value}</span></>}
        </button>
        <button type="button" className="x" aria-label={t("filter.remove", { field: words.label })} onClick={() => { list.setField(chip.field, []); onClosed?.(); }}><X size={12} /></button>
      </span>
      <Popover anchor={anchor} open={open} onClose={close} label={t("filter.edit", { field: words.label })} width={252}>
        <Suspense fallback={<div className="fe-wait" />}>
          <FilterEditor list={list} chip={chip} onDone={close} />
        </Suspense>
      </Popover>
    </>
  );
}
