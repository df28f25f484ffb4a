/** Single records, or all that a view of the list shows, for an heir of their own. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toRequest } from "@/platform/records/filters/model";
import type { EntityMeta } from "@/platform/records/types";
import { useDebounced } from "@/platform/records/use-debounced";
import { ALL, useViews } from "@/platform/records/views/use-views";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine, Segmented, SelectField, TextField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { fetchRecords, handoversKey, type OwnedKind, type Preview, type Rule } from "./api";

interface PickDrawerProps {
  kind: OwnedKind;
  preview: Preview;
  onAdd: (rule: Rule & { label?: string }) => void;
  onClose: () => void;
}

export function PickDrawer({ kind, preview, onAdd, onClose }: PickDrawerProps) {
  const { t } = useTranslation("handover");
  const entity = useEntity(kind.entity);
  const [to, setTo] = useState("");
  const [by, setBy] = useState<"records" | "view">("records");
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [view, setView] = useState<{ key: string; title: string; filters: Record<string, string> }>();
  const ready = to !== "" && (by === "records" ? chosen.size > 0 : view !== undefined);
  const add = () =>
    onAdd(by === "records" ? { entity: kind.entity, to: Number(to), ids: [...chosen].sort((a, b) => a - b) } : { entity: kind.entity, to: Number(to), filters: view?.filters ?? {}, label: view?.title });
  return (
    <Drawer
      open
      sticky
      width={460}
      title={t("pick_title", { kind: kind.label })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button variant="primary" disabled={!ready} onClick={add}>{t("assign")}</Button>
        </>
      }
    >
      <div className="stack pick">
        <SelectField label={t("takes_over")} value={to} onChange={(event) => setTo(event.target.value)}
          options={[{ value: "", label: t("choose") }, ...preview.heirs.map((one) => ({ value: String(one.id), label: one.name }))]} />
        {entity && <Segmented label={t("pick_by")} value={by} onChange={setBy} options={[{ value: "records", label: t("by_records") }, { value: "view", label: t("by_view") }]} />}
        {by === "records" ? <Records kind={kind} member={preview.member.id} chosen={chosen} onChoose={setChosen} /> : entity && <Views entity={entity} member={preview.member.id} value={view?.key ?? ""} onChoose={setView} />}
      </div>
    </Drawer>
  );
}

function Records({ kind, member, chosen, onChoose }: { kind: OwnedKind; member: number; chosen: ReadonlySet<number>; onChoose: (ids: ReadonlySet<number>) => void }) {
  const { t } = useTranslation("handover");
  const [search, setSearch] = useState("");
  const [state, setState] = useState<"open" | "closed">("open");
  const settled = useDebounced(search, 250);
  const { data } = useQuery({ queryKey: [...handoversKey, "records", member, kind.entity, settled, state], queryFn: () => fetchRecords(member, kind.entity, settled, state) });
  const rows = data?.results ?? [];
  const toggle = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  const all = rows.length > 0 && rows.every((row) => chosen.has(row.id));
  return (
    <>
      <div className="row">
        <TextField label={t("search")} type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        {kind.closed > 0 && <Segmented label={t("state")} small value={state} onChange={setState} options={[{ value: "open", label: t("open") }, { value: "closed", label: t("closed") }]} />}
      </div>
      <CheckLine checked={all} indeterminate={!all && rows.some((row) => chosen.has(row.id))} disabled={rows.length === 0}
        onChange={(event) => onChoose(new Set(event.target.checked ? [...chosen, ...rows.map((row) => row.id)] : [...chosen].filter((id) => !rows.some((row) => row.id === id))))}>
        {t("all_shown", { count: rows.length })}
      </CheckLine>
      <ul className="records" aria-label={kind.label}>
        {rows.map((row) => <li key={row.id}><CheckLine checked={chosen.has(row.id)} onChange={(event) => toggle(row.id, event.target.checked)}>{row.label}</CheckLine></li>)}
      </ul>
      {data && rows.length === 0 && <p className="sub">{t("no_records")}</p>}
      {data?.more && <p className="sub xs">{t("more_records")}</p>}
      <p className="sub" role="status">{t("picked", { count: chosen.size })}</p>
    </>
  );
}

function Views({ entity, member, value, onChoose }: { entity: EntityMeta; member: number; value: string; onChoose: (view: { key: string; title: string; filters: Record<string, string> } | undefined) => void }) {
  const { t } = useTranslation("handover");
  const { today } = useTenant();
  const { tabs } = useViews(entity);
  const usable = tabs.filter((tab) => tab.key !== ALL && tab.filters.length > 0);
  return (
    <SelectField label={t("view")} value={value} note={t("view_why")} options={[{ value: "", label: t("choose") }, ...usable.map((tab) => ({ value: tab.key, label: tab.title }))]}
      onChange={(event) => {
        const tab = usable.find((one) => one.key === event.target.value);
        onChoose(tab && { key: tab.key, title: tab.title, filters: toRequest(tab.filters, { today, memberId: member }) });
      }} />
  );
}
