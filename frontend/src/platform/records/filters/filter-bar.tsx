/** Search field, chips, "add a condition", and on the right how the list looks. */
import { Group as GroupIcon, ListFilter, Search, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/overlay/menu";
import { Popover } from "@/ui/overlay/popover";
import { fieldByPath, fieldPath } from "../entity";
import type { RecordList } from "../list/use-record-list";
import { useDebounced } from "../use-debounced";
import { FilterChip } from "./filter-chip";
import { chipsOf } from "./model";
import { isFilterable } from "./operators";

const GROUPABLE = new Set(["choice", "boolean", "ref"]);

/** "Number, customer, item": what the quick search looks at. */
const searchHint = (list: RecordList, comma: string): string =>
  (list.entity.search ?? []).map((path) => fieldByPath(list.entity, path.split(".")[0] ?? path)?.label).filter((label, index, all) => label && all.indexOf(label) === index).join(comma);

function QuickSearch({ list }: { list: RecordList }) {
  const { t } = useTranslation("records");
  const [text, setText] = useState(list.state.search);
  const settled = useDebounced(text, 250);
  const input = useRef<HTMLInputElement>(null);
  const current = list.state.search;
  const written = useRef(current);
  const { setSearch } = list;
  useEffect(() => {
    if (settled === written.current) return;
    written.current = settled;
    setSearch(settled);
  }, [settled, setSearch]);
  useEffect(() => {
    // the address changed under us: back button, another tab of the list
    if (current !== written.current) { written.current = current; setText(current); }
  }, [current]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.classList.contains("check")) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const hint = searchHint(list, t("list.comma")) || t("list.search");
  return (
    <label className="chip fb-search">
      <Search size={13} className="dim" aria-hidden />
      <input ref={input} type="search" value={text} placeholder={hint} aria-label={t("list.searchIn", { fields: hint })}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") { setText(""); event.currentTarget.blur(); }
          if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); document.querySelector<HTMLElement>("tr[data-row='0']")?.focus(); }
        }} />
      {text && <button type="button" className="fb-clear" aria-label={t("list.clearSearch")} onClick={() => setText("")}><X size={12} /></button>}
    </label>
  );
}

function AddFilter({ list, onPick }: { list: RecordList; onPick: (path: string) => void }) {
  const { t } = useTranslation("records");
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const anchor = useRef<HTMLButtonElement>(null);
  const taken = new Set(list.filters.map((filter) => filter.field));
  const wanted = search.trim().toLowerCase();
  const fields = list.entity.fields.filter((field) => isFilterable(field) && !taken.has(fieldPath(field)) && field.label.toLowerCase().includes(wanted))
    // what begins with it comes before what has it somewhere inside
    .sort((a, b) => Number(b.label.toLowerCase().startsWith(wanted)) - Number(a.label.toLowerCase().startsWith(wanted)));
  const pick = (path: string) => { setOpen(false); setSearch(""); onPick(path); };
  return (
    <>
      <button ref={anchor} type="button" className={`chip add${open ? " open" : ""}`} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="row fb-add"><ListFilter size={13} />{t("filter.add")}</span>
      </button>
      <Popover anchor={anchor} open={open} onClose={() => setOpen(false)} label={t("filter.addTitle")} width={232}>
        <div className="pop-find"><input className="input" data-autofocus value={search} placeholder={t("filter.findField")} aria-label={t("filter.findField")}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => { if (event.key === "Enter" && fields[0]) { event.preventDefault(); pick(fieldPath(fields[0])); } }} /></div>
        <div className="fe-list">
          {fields.map((field) => <button key={fieldPath(field)} type="button" className="mi" onClick={() => pick(fieldPath(field))}><span className="label">{field.label}</span></button>)}
          {fields.length === 0 && <p className="dim xs pop-none">{t("filter.noField")}</p>}
        </div>
      </Popover>
    </>
  );
}

export function FilterBar({ list, children }: { list: RecordList; children?: ReactNode }) {
  const { t } = useTranslation("records");
  const [adding, setAdding] = useState<string | null>(null);
  const chips = chipsOf(list.filters);
  const groupable = list.entity.fields.filter((field) => GROUPABLE.has(field.type) && !field.hidden && isFilterable(field));
  const grouped = list.state.group ? fieldByPath(list.entity, list.state.group) : undefined;
  return (
    <div className="filters">
      <QuickSearch list={list} />
      {chips.map((chip) => <FilterChip key={chip.field} list={list} chip={chip} />)}
      {adding && !chips.some((chip) => chip.field === adding) && (
        <FilterChip key={`new-${adding}`} list={list} chip={{ field: adding, filters: [] }} startOpen onClosed={() => setAdding(null)} />
      )}
      <AddFilter list={list} onPick={setAdding} />
      {list.changed && <button type="button" className="link xs" onClick={list.reset}>{t("filter.reset")}</button>}
      <span className="grow" />
      {groupable.length > 0 && (
        <Menu label={t("list.groupBy")} align="end"
          items={[
            { key: "", label: t("list.noGroup"), checked: !list.state.group, onSelect: () => list.setGroup(undefined) },
            ...groupable.map((field) => ({ key: field.key, label: field.label, checked: list.state.group === fieldPath(field), onSelect: () => list.setGroup(fieldPath(field)) })),
          ]}
          trigger={(props) => <Button {...props} size="small" variant="text" icon={<GroupIcon size={14} />}>{grouped ? grouped.label : t("list.group")}</Button>} />
      )}
      {children}
    </div>
  );
}
