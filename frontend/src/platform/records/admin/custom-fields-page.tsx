/** Fields of the company's own, per entity: add, change, switch off. They appear in forms, lists, filters and files at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey, keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { useEntities, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Tag } from "@/ui/figures";
import { Grid } from "@/ui/grid";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import "../records.css";
import "./admin.css";
import { problemText } from "../problem-text";
import type { Row } from "../types";
import { CustomFieldDrawer, type CustomFieldBody } from "./custom-field-drawer";
import { mid } from "../mid-sentence";

export interface CustomField extends Row {
  entity: string;
  key: string;
  label: string;
  label_zh?: string;
  type: string;
  required: boolean;
  choices: ({ value: string; label: string; label_zh?: string } | string)[];
  help: string;
  position: number;
  searchable?: boolean;
  is_active: boolean;
}

const ENDPOINT = "/api/v1/records/custom-fields/";
export const CUSTOM_FIELDS = "records.custom_field";

function useCustomFields() {
  const tenant = useTenant();
  const client = useQueryClient();
  const list = useQuery({
    queryKey: keyOf(tenant.slug, CUSTOM_FIELDS, "list", {}),
    queryFn: async ({ signal }) => (await get<{ results: CustomField[] }>(ENDPOINT, { limit: 500 }, signal)).results,
  });
  const fresh = () => {
    void client.invalidateQueries({ queryKey: keyOf(tenant.slug, CUSTOM_FIELDS) });
    // metadata comes with the bootstrap: forms and lists show the field without a reload
    void client.invalidateQueries({ queryKey: bootstrapKey });
  };
  const save = useMutation({
    mutationFn: ({ field, body }: { field: CustomField | null; body: CustomFieldBody }) =>
      field ? request<CustomField>("PATCH", `${ENDPOINT}${field.id}/`, { body, ifMatch: field.version }) : request<CustomField>("POST", ENDPOINT, { body }),
    onSuccess: fresh,
  });
  const remove = useMutation({ mutationFn: (field: CustomField) => request<void>("DELETE", `${ENDPOINT}${field.id}/`, { ifMatch: field.version }), onSuccess: fresh });
  return { list, save, remove };
}

export function CustomFieldsPage() {
  const { t } = useTranslation("records");
  const entities = useEntities();
  const { list, save, remove } = useCustomFields();
  const open = Object.values(entities).filter((entity) => entity.features?.custom_fields).sort((a, b) => a.label_plural.localeCompare(b.label_plural));
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState<CustomField | "new" | null>(null);
  const all = list.data ?? [];
  const current = entities[chosen ?? ""] ?? open.find((entity) => all.some((field) => field.entity === entity.key)) ?? open[0];
  const mine = entities[CUSTOM_FIELDS]?.can;
  const mayAdd = mine?.create !== false;
  const fields = all.filter((field) => field.entity === current?.key).sort((a, b) => a.position - b.position || a.label.localeCompare(b.label));
  async function drop(field: CustomField) {
    if (!(await confirm({ title: t("custom.deleteTitle", { label: field.label }), body: t("custom.deleteBody"), action: t("custom.delete"), keep: t("cancel"), danger: true }))) return;
    remove.mutate(field, { onSuccess: () => setEditing(null), onError: (error) => toast({ tone: "bad", text: problemText(error, t) }) });
  }
  if (list.error) return <ErrorState title={t("custom.failed")} actions={<Button variant="primary" onClick={() => void list.refetch()}>{t("error.again")}</Button>}>{problemText(list.error, t)}</ErrorState>;
  return (
    <div className="page">
      <PageHead ruled title={t("custom.title")} actions={mayAdd && current && <Button variant="primary" icon={<Plus size={15} />} onClick={() => { save.reset(); setEditing("new"); }}>{t("custom.add")}</Button>} />
      <div className="split ad">
        <nav className="ad-nav" aria-label={t("custom.entities")}>
          {open.map((entity) => {
            const count = all.filter((field) => field.entity === entity.key && field.is_active).length;
            return <button key={entity.key} type="button" className={entity.key === current?.key ? "on" : ""} aria-current={entity.key === current?.key || undefined} onClick={() => setChosen(entity.key)}><span className="ell">{entity.label_plural}</span>{count > 0 && <em>{count}</em>}</button>;
          })}
        </nav>
        <div className="main">
          {list.isPending ? <GridSkeleton rows={5} /> : fields.length === 0 ? (
            <EmptyState title={t("custom.none", { records: mid(current?.label_plural ?? "") })} actions={mayAdd && <Button variant="primary" onClick={() => setEditing("new")}>{t("custom.add")}</Button>}>{t("custom.why")}</EmptyState>
          ) : (
            <Grid<CustomField> label={t("custom.title")} rows={fields} rowKey={(field) => field.id} flat onOpen={(field) => { save.reset(); setEditing(field); }} rowClass={(field) => (field.is_active ? undefined : "gone")}
              columns={[
                { key: "label", title: t("custom.label"), width: 200, grow: true, emphasised: true, cell: (field) => field.label },
                { key: "key", title: t("custom.key"), width: 150, cell: (field) => <code className="dim">{field.key}</code> },
                { key: "type", title: t("custom.type"), width: 130, cell: (field) => t(`custom.types.${field.type}`, { defaultValue: field.type }) },
                { key: "required", title: t("custom.required"), width: 110, cell: (field) => (field.required ? <Tag>{t("custom.required")}</Tag> : <span className="dim">–</span>) },
                { key: "state", title: t("custom.state"), width: 120, cell: (field) => <Status kind={field.is_active ? "done" : "off"}>{t(field.is_active ? "custom.on" : "custom.off")}</Status> },
              ]} />
          )}
        </div>
      </div>
      {editing && current && (
        <CustomFieldDrawer entity={current} field={editing === "new" ? null : editing} position={fields.length} busy={save.isPending} error={save.error} onClose={() => setEditing(null)} onDelete={editing !== "new" && mine?.delete ? () => void drop(editing) : undefined}
          onSave={(body) => save.mutate({ field: editing === "new" ? null : editing, body }, { onSuccess: () => { setEditing(null); toast(t("custom.saved", { label: body.label })); } })} />
      )}
    </div>
  );
}
