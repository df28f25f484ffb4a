/** The same value for one field of all picked rows. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { useFieldEnv } from "../../fields/env";
import { fieldModule } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldPath } from "../entity";
import { FieldRow } from "../form/field-row";
import type { EntityMeta, FieldMeta } from "../types";
import { wireChange } from "./use-inline-edit";
import { mid } from "../mid-sentence";

interface BulkEditProps {
  entity: EntityMeta;
  fields: FieldMeta[];
  count: number;
  busy: boolean;
  onClose: () => void;
  onSave: (changes: Record<string, unknown>, label: string) => void;
}

export function BulkEdit({ entity, fields, count, busy, onClose, onSave }: BulkEditProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const [path, setPath] = useState(fields[0] ? fieldPath(fields[0]) : "");
  const field = fields.find((item) => fieldPath(item) === path);
  const [value, setValue] = useState<unknown>(field ? fieldModule(field.type).empty : null);
  const incomplete = !field || (field.required && isEmpty(value));
  return (
    <Drawer open onClose={onClose} width={400} title={t("bulk.editTitle", { count, records: mid(count === 1 ? entity.label : entity.label_plural) })}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button variant="primary" busy={busy} disabled={incomplete} onClick={() => field && onSave(wireChange(field, path, value), field.label)}>{t("bulk.editDo", { count })}</Button></>}>
      <div className="stack rf-dialog">
        <SelectField label={t("bulk.field")} value={path} options={fields.map((item) => ({ value: fieldPath(item), label: item.label }))}
          onChange={(event) => {
            const next = fields.find((item) => fieldPath(item) === event.target.value);
            setPath(event.target.value);
            setValue(next ? fieldModule(next.type).empty : null);
          }} />
        {field && <FieldRow key={path} field={field} path={path} value={value} onChange={setValue} row={{}} env={env} span={4} />}
        <p className="dim xs">{t("bulk.editNote")}</p>
      </div>
    </Drawer>
  );
}
