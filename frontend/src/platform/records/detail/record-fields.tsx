/** All fields of a record by section, label beside value; simple ones are typed in place. */
import { Pencil } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/ui/overlay/toast";
import { useFieldEnv } from "../../fields/env";
import { FieldDisplay } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldByPath, fieldPath, titleOf, valueAt, visibleFields } from "../entity";
import { isInlineEditable, useInlineEdit } from "../list/use-inline-edit";
import { problemText } from "../problem-text";
import type { EntityMeta, FieldMeta, Row } from "../types";
import { factFields } from "./record-facts";

const CellEditor = lazy(() => import("../list/cell-editor").then((module) => ({ default: module.CellEditor })));

/** Bookkeeping that was never filled in is not worth a line. */
const hasValue = (value: unknown) => !isEmpty(value) && value !== false && !(typeof value === "object" && !Array.isArray(value) && Object.keys(value as object).length === 0);

/** The form's sections, what they leave out, and the company's own fields. */
export function detailSections(entity: EntityMeta, moreTitle: string, customTitle: string, record: Row): { title: string; fields: FieldMeta[] }[] {
  const all = visibleFields(entity).filter((field) => field.key !== "custom" && field.key !== entity.state_field);
  const placed = new Set<FieldMeta>();
  const sections = (entity.form ?? []).map((section) => {
    const fields = section.fields.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined && all.includes(field));
    for (const field of fields) placed.add(field);
    return { title: section.title, fields };
  });
  // head and facts have said these already
  const told = new Set([entity.title_field, ...factFields(entity).map((field) => field.key)]);
  const rest = all.filter((field) => !placed.has(field) && (field.custom || !told.has(field.key)));
  return [
    ...sections,
    { title: sections.length > 0 ? moreTitle : "", fields: rest.filter((field) => !field.custom && hasValue(valueAt(record, fieldPath(field)))) },
    { title: customTitle, fields: rest.filter((field) => field.custom) },
  ].filter((section) => section.fields.length > 0);
}

export interface RecordFieldsProps {
  entity: EntityMeta;
  record: Row;
  /** A module's own words for a field; null leaves it out, undefined leaves it as it is. */
  own?: (field: FieldMeta, record: Row) => ReactNode | null | undefined;
}

export function RecordFields({ entity, record, own }: RecordFieldsProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const edit = useInlineEdit(entity);
  const [at, setAt] = useState<string | null>(null);
  const save = (field: FieldMeta, path: string, value: unknown) => edit.mutate({ row: record, field, path, value }, {
    onError: (error) => toast({ tone: "bad", text: t("list.editRefused", { record: titleOf(entity, record), why: problemText(error, t) }) }),
  });
  return (
    <div className="rd-fields">
      {detailSections(entity, t("form.more"), t("form.custom"), record).filter((section) => section.fields.some((field) => own?.(field, record) !== null)).map((section, index) => (
        <section key={section.title || index}>
          {section.title && <h2>{section.title}</h2>}
          <dl>
            {section.fields.map((field) => {
              const words = own?.(field, record);
              if (words === null) return null;
              const path = fieldPath(field);
              const value = valueAt(record, path);
              const typed = isInlineEditable(entity, field);
              return (
                <div key={path} className={field.type === "longtext" || field.type === "json" ? "wide" : undefined}>
                  <dt>{field.label}</dt>
                  <dd className={typed ? "can-type" : undefined}>
                    {words !== undefined ? words : at === path ? (
                      <Suspense fallback={null}>
                        <CellEditor field={field} value={value} row={record} env={env} onSave={(next) => save(field, path, next)} onDone={() => setAt(null)} />
                      </Suspense>
                    ) : (
                      <>
                        <FieldDisplay field={field} value={value} row={record} env={env} place="detail" />
                        {typed && <button type="button" className="type-here" aria-label={t("list.editCell", { field: field.label })} onClick={() => setAt(path)}><Pencil size={12} /></button>}
                      </>
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
        </section>
      ))}
    </div>
  );
}
