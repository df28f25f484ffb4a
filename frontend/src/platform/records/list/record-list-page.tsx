/** List of an entity: views, conditions, grid or groups or cards, selection, totals. */
import { Download, EllipsisVertical, Plus, Upload } from "lucide-react";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Slot } from "@/platform/slots/slots";
import { Button } from "@/ui/button";
import type { GridKey } from "@/ui/grid";
import { Menu } from "@/ui/overlay/menu";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import "../../fields/fields.css";
import "../records.css";
import { FilterBar } from "../filters/filter-bar";
import { useGo } from "../navigation";
import { slotName } from "../slot-name";
import { leaveTrail } from "../trail";
import type { Row } from "../types";
import { usePhone } from "../use-media";
import { toast } from "@/ui/overlay/toast";
import { useSaveView } from "../views/use-views";
import { ViewTabs } from "../views/view-tabs";
import { BulkActions } from "./bulk-actions";
import { ColumnChooser } from "./column-chooser";
import { hasNoUnit } from "../form/line-columns";
import { columnsOf } from "./columns";
import { GroupedList } from "./grouped-list";
import { RecordListFoot } from "./list-foot";
import { ListFailed, ListNothing } from "./list-states";
import { ROW_HEIGHT, useListPreferences } from "./preferences";
import { RecordCards } from "./record-cards";
import { RecordGrid } from "./record-grid";
import { useExport } from "./use-export";
import { useNothingYet, useRecordList, type ListOptions } from "./use-record-list";
import { mid } from "../mid-sentence";

export interface RecordListPageProps extends ListOptions {
  entityKey: string;
  title?: ReactNode;
  /** Beside the primary action. */
  actions?: ReactNode;
  cells?: Record<string, (row: Row) => ReactNode>;
}

const none: ReadonlySet<GridKey> = new Set();
const noWidths: Record<string, number> = {};

export function RecordListPage({ entityKey, title, actions, cells, fixed }: RecordListPageProps) {
  const { t } = useTranslation("records");
  const list = useRecordList(entityKey, { fixed });
  const { entity, tenant } = list;
  const go = useGo();
  const phone = usePhone();
  const [preferences, prefer] = useListPreferences(tenant.slug, entity.key);
  const [selected, setSelected] = useState<ReadonlySet<GridKey>>(none);
  const exporting = useExport(list);
  const { update } = useSaveView(entity);
  const chosen = preferences.columns ?? list.tab.columns;
  const loaded = list.rows;
  const listed = useMemo(() => columnsOf(entity, chosen, tenant.currency), [entity, chosen, tenant.currency]);
  // what none of the rows has a unit for is not shown, unless somebody chose it
  const columns = useMemo(() => (preferences.columns ? listed : listed.filter((column) => !hasNoUnit(column.field, loaded))), [listed, loaded, preferences.columns]);
  const paths = useMemo(() => columns.map((column) => column.path), [columns]);
  const scope = JSON.stringify(list.params);
  useEffect(() => setSelected(none), [scope]);

  const { rows, count } = list;
  const nothingYet = useNothingYet(list);
  useEffect(() => {
    if (rows.length > 0) leaveTrail(entity.key, `${location.pathname}${location.search}`, rows.map((row) => row.id), count);
  }, [entity.key, rows, count, scope]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || document.querySelector("dialog[open]")) return;
      if (entity.can.create) { event.preventDefault(); go(`${entity.route}/new`); }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [entity, go]);

  const { fetchMore } = list;
  const onEnd = useCallback(() => fetchMore(), [fetchMore]);
  const saved = list.tab.saved;

  const menu = [
    ...(entity.can.export ? [
      { key: "csv", label: t("export.csv"), icon: <Download size={14} />, onSelect: () => void exporting.run("csv") },
      { key: "xlsx", label: t("export.xlsx"), icon: <Download size={14} />, onSelect: () => void exporting.run("xlsx") },
    ] : []),
    ...(entity.can.import ? [{ key: "import", label: t("import.open"), icon: <Upload size={14} />, divided: entity.can.export, onSelect: () => go(`${entity.route}/import`) }] : []),
  ];

  function body() {
    if (list.error && rows.length === 0) return <ListFailed list={list} />;
    if (list.state.group) return <GroupedList list={list} columns={columns} density={preferences.density} />;
    if (list.isLoading) return <GridSkeleton rows={14} height={phone ? 92 : ROW_HEIGHT[preferences.density]} />;
    if (rows.length === 0) return <ListNothing list={list} yet={nothingYet} />;
    if (phone) return <RecordCards entity={entity} rows={rows} onEnd={onEnd} />;
    return (
      <RecordGrid entity={entity} rows={rows} columns={columns} sort={list.sort} onSort={list.toggleSort} density={preferences.density} selected={selected} onSelect={setSelected}
        onEnd={onEnd} total={count} widths={preferences.widths ?? noWidths} onWidths={(widths) => prefer({ widths })} cells={cells} />
    );
  }

  return (
    <div className="page rec-list">
      <PageHead title={title ?? entity.label_plural}
        actions={<>
          <Slot name={slotName(entity, "list.actions")} list={list} />
          {actions}
          {menu.length > 0 && (
            <Menu label={t("list.menu")} align="end" items={menu}
              trigger={(props) => entity.can.export && !phone
                ? <Button {...props} variant="text" busy={exporting.busy} icon={<Download size={15} />}>{t("export.title")}</Button>
                : <Button {...props} variant="text" icon={<EllipsisVertical size={15} />} aria-label={t("list.menu")} />} />
          )}
          {entity.can.create && !nothingYet && <Button variant="primary" icon={<Plus size={15} />} onClick={() => go(`${entity.route}/new`)}>{t("list.create", { record: mid(entity.label) })}</Button>}
        </>} />
      <ViewTabs list={list} columns={paths} />
      <FilterBar list={list}>
        {!phone && (
          <ColumnChooser entity={entity} columns={columns} density={preferences.density} changed={preferences.columns !== undefined || preferences.widths !== undefined}
            onColumns={(next) => prefer(next ? { columns: next } : { columns: undefined, widths: undefined })} onDensity={(density) => prefer({ density })}
            onSaveToView={saved?.mine ? () => update.mutate({ view: saved, change: { columns: paths } }, { onSuccess: () => { prefer({ columns: undefined }); toast(t("columns.savedToView", { title: saved.title })); } }) : undefined} />
        )}
      </FilterBar>
      <div className={`rec-body${list.isStale ? " stale" : ""}`} aria-busy={list.isStale || undefined}>
        {body()}
        {!phone && <BulkActions list={list} selected={selected} onClear={() => setSelected(none)} onSelect={setSelected} />}
      </div>
      {!phone && <RecordListFoot list={list} />}
    </div>
  );
}
