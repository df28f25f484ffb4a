/** The list by groups: heads with count and sum of the filtered set, rows when a group is opened. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Mark } from "@/ui/status";
import { EmptyState } from "@/ui/states/states";
import { GridSkeleton } from "@/ui/states/skeleton";
import { useFieldEnv } from "../../fields/env";
import { fieldText } from "../../fields/registry";
import { fieldByPath, stateMeta } from "../entity";
import type { Group } from "../types";
import type { GridColumn } from "./columns";
import type { Density } from "./preferences";
import { RecordGrid } from "./record-grid";
import { groupFilter, listParams, useListPages, type RecordList } from "./use-record-list";

interface GroupedListProps {
  list: RecordList;
  columns: GridColumn[];
  density: Density;
}

function GroupRows({ list, columns, density, group }: GroupedListProps & { group: Group }) {
  const { t } = useTranslation("records");
  const rest = list.filters.filter((filter) => filter.field !== list.state.group);
  const params = listParams({ filters: [...rest, groupFilter(list.state.group!, group.key)], search: list.state.search, sort: list.sort }, list.now, list.fixed);
  const pages = useListPages(list.entity, params);
  const rows = pages.data?.pages.flatMap((page) => page.results) ?? [];
  if (pages.isPending) return <GridSkeleton rows={Math.min(group.count, 5)} />;
  return (
    <div className="gl-rows">
      <RecordGrid entity={list.entity} rows={rows} columns={columns} sort={list.sort} onSort={list.toggleSort} density={density} hotkeys={false} flat />
      {pages.hasNextPage && <div className="gl-more"><Button size="small" variant="text" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("list.more", { shown: rows.length, count: group.count })}</Button></div>}
    </div>
  );
}

export function GroupedList({ list, columns, density }: GroupedListProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const field = fieldByPath(list.entity, list.state.group ?? "");
  const totals = (list.entity.totals ?? []).map((path) => fieldByPath(list.entity, path)).filter((item) => item !== undefined);
  if (list.groups.isPending) return <GridSkeleton rows={8} height={40} />;
  const order = field?.key === list.entity.state_field ? list.entity.states?.map((item) => item.value) : field?.choices?.map((item) => item.value);
  const rank = (group: Group) => order?.indexOf(String(group.key)) ?? 0;
  const groups = [...(list.groups.data ?? [])].sort((a, b) => rank(a) - rank(b));
  // what the head says need not be said again in every row
  const shown = columns.filter((column) => column.path !== list.state.group);
  if (groups.length === 0) return <EmptyState inline title={t("empty.nothing")} />;
  const toggle = (key: string) => setOpen((known) => {
    const next = new Set(known);
    if (!next.delete(key)) next.add(key);
    return next;
  });
  return (
    <div className="gl">
      {groups.map((group) => {
        const key = String(group.key);
        const state = field?.key === list.entity.state_field ? stateMeta(list.entity, group.key) : undefined;
        const on = open.has(key);
        return (
          <section key={key}>
            <h2><button type="button" className="gl-head" aria-expanded={on} onClick={() => toggle(key)}>
              <ChevronRight size={14} className={on ? "turned" : ""} aria-hidden />
              {state && <Mark kind={state.kind} />}
              <b className="ell">{group.label || t("list.without", { field: field?.label ?? "" })}</b>
              <span className="dim">{t("list.records", { count: group.count })}</span>
              <span className="grow" />
              {totals.map((total) => <span key={total.key} className="gl-sum"><span className="dim">{total.label}</span> {fieldText(group[total.key], total, env)}</span>)}
            </button></h2>
            {on && <GroupRows list={list} columns={shown} density={density} group={group} />}
          </section>
        );
      })}
    </div>
  );
}
