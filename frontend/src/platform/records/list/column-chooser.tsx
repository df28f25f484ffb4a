/** Which columns, in which order, how high the rows: by mouse (drag) and by keyboard (Alt and arrows). */
import { Columns3, GripVertical, Pin } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Check, Segmented } from "@/ui/controls";
import { Popover } from "@/ui/overlay/popover";
import type { EntityMeta } from "../types";
import { choosable, type GridColumn } from "./columns";
import { DENSITIES, type Density } from "./preferences";

interface ColumnChooserProps {
  entity: EntityMeta;
  columns: GridColumn[];
  density: Density;
  changed: boolean;
  onColumns: (paths: string[] | undefined) => void;
  onDensity: (density: Density) => void;
  /** Keeps the columns with the saved view that is open. */
  onSaveToView?: () => void;
}

export function ColumnChooser({ entity, columns, density, changed, onColumns, onDensity, onSaveToView }: ColumnChooserProps) {
  const { t } = useTranslation("records");
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [dragged, setDragged] = useState<string | null>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const all = choosable(entity, columns);
  const paths = columns.map((column) => column.path);
  const wanted = search.trim().toLowerCase();
  const shown = all.filter((item) => item.field.label.toLowerCase().includes(wanted));

  const toggle = (path: string, on: boolean) => onColumns(on ? [...paths, path] : paths.filter((known) => known !== path));
  function moveTo(path: string, to: number) {
    const rest = paths.filter((known) => known !== path);
    // the record's name stays first: it is what the row is called
    onColumns([...rest.slice(0, Math.max(1, to)), path, ...rest.slice(Math.max(1, to))]);
  }
  return (
    <>
      <Button ref={anchor} size="small" variant="text" icon={<Columns3 size={14} />} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("columns.title")} <span className="dim">{columns.length}/{all.length}</span>
      </Button>
      <Popover anchor={anchor} open={open} onClose={() => setOpen(false)} align="end" width={268} label={t("columns.title")}>
        <div className="pop-find"><input className="input" data-autofocus value={search} placeholder={t("columns.find")} aria-label={t("columns.find")} onChange={(event) => setSearch(event.target.value)} /></div>
        <div className="fe-list cc-list">
          {shown.map((item, index) => {
            const fixed = item.field.key === entity.title_field;
            const movable = item.on && !fixed && !wanted;
            const at = paths.indexOf(item.path);
            return (
              <label key={item.path} className={`mi${!item.on && index > 0 && shown[index - 1]?.on ? " brk" : ""}${dragged === item.path ? " dragged" : ""}`} draggable={movable}
                onDragStart={() => setDragged(item.path)} onDragEnd={() => setDragged(null)}
                onDragOver={(event) => { if (dragged && item.on && !fixed) event.preventDefault(); }}
                onDrop={(event) => { event.preventDefault(); if (dragged && dragged !== item.path) moveTo(dragged, at); setDragged(null); }}
                onKeyDown={(event) => {
                  if (!movable || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
                  event.preventDefault();
                  moveTo(item.path, at + (event.key === "ArrowUp" ? -1 : 1));
                }}>
                <GripVertical size={13} className={`grip${movable ? "" : " off"}`} aria-hidden />
                <Check checked={item.on} disabled={fixed} onChange={(event) => toggle(item.path, event.target.checked)} aria-description={movable ? t("columns.moveHelp") : undefined} />
                <span className="label">{item.field.label}</span>
                {fixed && <Pin size={13} className="dim" aria-label={t("columns.pinned")} role="img" />}
              </label>
            );
          })}
        </div>
        <div className="fe-foot"><span className="dim xs">{t("columns.rows")}</span><Segmented small label={t("columns.rows")} value={density} onChange={onDensity} options={DENSITIES.map((value) => ({ value, label: t(`columns.${value}`) }))} /></div>
        <div className="fe-foot">
          <Button size="small" variant="text" disabled={!changed} onClick={() => onColumns(undefined)}>{t("columns.reset")}</Button>
          <span className="grow" />
          {onSaveToView && <Button size="small" onClick={() => { onSaveToView(); setOpen(false); }}>{t("columns.saveToView")}</Button>}
        </div>
      </Popover>
    </>
  );
}
