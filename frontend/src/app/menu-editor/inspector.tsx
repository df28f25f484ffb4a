import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useEntities, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check, SelectField, Switch, TextField } from "@/ui/controls";
import { Mark } from "@/ui/status";
import { fetchSharedViews, type RoleRow } from "./api";
import { IconPicker } from "./icon-picker";
import type { EditNode, NodeChange, OwnEntry } from "./model";

interface InspectorProps {
  node: EditNode | undefined;
  level: number;
  /** Where it may stand instead. */
  parents: EditNode[];
  parent: EditNode | undefined;
  entry: OwnEntry | undefined;
  /** Its name without any change, in the language of the page. */
  fallback: string;
  roles: RoleRow[];
  onChange: (change: NodeChange) => void;
  onEntry: (change: Partial<OwnEntry>) => void;
  onRemove?: () => void;
}

const languages = [["en", "name_en"], ["zh-hans", "name_zh"]] as const;

export function Inspector({ node, level, parents, parent, entry, fallback, roles, onChange, onEntry, onRemove }: InspectorProps) {
  const { t } = useTranslation("menu-editor");
  const entities = useEntities();
  const { slug } = useTenant();
  const saved = useQuery({ queryKey: keyOf(slug, "records.saved_view", "list", { of: entry?.entity ?? "" }), queryFn: () => fetchSharedViews(entry?.entity ?? ""), enabled: Boolean(entry?.entity) });
  if (!node) {
    return (
      <section className="insp" aria-label={t("inspector")}>
        <header>{t("inspector")}</header>
        <p className="me-hint">{t("pick_something")}</p>
      </section>
    );
  }
  const own = entry?.entity ? (entities[entry.entity]?.views ?? []) : [];
  const views = [...own.map((view) => ({ key: view.key, title: view.title })), ...(saved.data ?? [])];
  return (
    <section className="insp" aria-label={t("inspector")}>
      <header>{t(`is_${level}`)}</header>
      <div className="insp-b">
        <h2>{node.title}</h2>
        <p className="dim xs id">{node.entity ?? node.id}{node.target && ` · ${node.target}`}</p>
        <div className="f2">
          {languages.map(([tag, label]) => (
            <TextField key={tag} label={t(label)} maxLength={60} placeholder={fallback} value={node.titles[tag] ?? ""} onChange={(event) => onChange({ title: { ...node.titles, [tag]: event.target.value } })} />
          ))}
        </div>
        {entry?.url !== undefined && <TextField label={t("web_address")} type="url" inputMode="url" spellCheck={false} value={entry.url} onChange={(event) => onEntry({ url: event.target.value })} />}
        {views.length > 0 && (
          <SelectField label={t("opens_with")} value={entry?.view ?? ""} options={[{ value: "", label: t("usual_view") }, ...views.map((view) => ({ value: view.key, label: view.title }))]} onChange={(event) => onEntry({ view: event.target.value || undefined })} />
        )}
        <div className="f2">
          <IconPicker value={node.icon} disabled={level > 1} onChange={(icon) => onChange({ icon })} />
          {level > 1 && parent && (
            <SelectField label={t("stands_in")} value={node.parent} options={[parent, ...parents].map((one) => ({ value: one.id, label: one.title }))} onChange={(event) => onChange({ parent: event.target.value })} />
          )}
        </div>
        <label className="sw">
          <span>{t("shown_in_menu")}</span>
          <Switch checked={!node.hidden} onChange={(event) => onChange({ hidden: !event.target.checked })} />
        </label>
        <h3>{t("who_sees")}</h3>
        <ul className="who-sees">
          <li>
            <label><Check checked={node.roles.length === 0} onChange={() => onChange({ roles: [] })} />{t("everybody")}</label>
          </li>
          {roles.map((role) => (
            <li key={role.key}>
              <label>
                <Check checked={node.roles.includes(role.key)} onChange={(event) => onChange({ roles: event.target.checked ? [...node.roles, role.key] : node.roles.filter((key) => key !== role.key) })} />
                {role.name}
              </label>
            </li>
          ))}
        </ul>
        <p className="note2 xs"><Mark kind="open" />{t("rights_note")}</p>
        {onRemove && <Button variant="text" icon={<Trash2 size={14} />} onClick={onRemove}>{t("remove_entry", { title: node.title })}</Button>}
      </div>
    </section>
  );
}
