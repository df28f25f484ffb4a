/** The few fields a new record cannot do without, at the right side; the form below stays as it was. */
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/overlay/dialog";
import { fieldByPath, fieldPath } from "../entity";
import { problemText } from "../problem-text";
import type { FieldMeta, Row } from "../types";
import "./form.css";
import { RecordForm } from "./record-form";
import { useRecordForm } from "./use-record-form";
import { mid } from "../mid-sentence";

interface QuickCreateProps {
  entityKey: string;
  /** What was searched for and not found. */
  name?: string;
  onClose: () => void;
  onCreated: (row: Row) => void;
}

export function QuickCreate({ entityKey, name, onClose, onCreated }: QuickCreateProps) {
  const { t } = useTranslation("records");
  const form = useRecordForm(entityKey, undefined, { keepDraft: false, preset: name ? { name } : undefined });
  const { entity } = form;
  const listed = new Set(entity.list.map((path) => fieldByPath(entity, path)).filter(Boolean));
  const needed = (field: FieldMeta) => Boolean(field.required) || fieldPath(field) === entity.title_field || field.key === "name" || (listed.has(field) && ["text", "email", "phone"].includes(field.type));
  async function save() {
    const row = await form.save();
    if (row) onCreated(row);
  }
  return (
    <Drawer open sticky onClose={onClose} width={460} title={t("form.new", { record: mid(entity.label) })}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button variant="primary" busy={form.saving !== null} onClick={() => void save()}>{t("form.create", { record: mid(entity.label) })}</Button></>}>
      <form className="rf-narrow" onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); void save(); }}>
        {form.failure !== null && Object.keys(form.problems.fields).length + form.problems.general.length === 0 && <p className="notice bad" role="alert">{problemText(form.failure, t)}</p>}
        <RecordForm form={form} only={needed} />
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
