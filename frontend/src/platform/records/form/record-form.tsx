/** The fields of a record in their sections, lines as a sheet, custom fields last. Draws a `useRecordForm`, decides nothing. */
import { useMemo, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFieldEnv } from "../../fields/env";
import { fieldByPath, fieldPath, valueAt } from "../entity";
import type { EntityMeta, FieldMeta } from "../types";
import { FieldRow } from "./field-row";
import { LineGrid, type LineGridProps } from "./line-grid";
import type { RecordFormState } from "./use-record-form";
import { formFields, linesOf } from "./values";

export interface Section {
  title: string;
  fields: FieldMeta[];
}

/** Sections as the entity wants them; whatever must be filled in is never left out. */
export function sectionsOf(entity: EntityMeta, creating: boolean, moreTitle: string, customTitle: string): Section[] {
  const writable = formFields(entity, creating);
  const placed = new Set<FieldMeta>();
  const sections = (entity.form ?? []).map((section) => {
    const fields = section.fields.map((path) => fieldByPath(entity, path)).filter((field): field is FieldMeta => field !== undefined && writable.includes(field));
    for (const field of fields) placed.add(field);
    return { title: section.title, fields };
  });
  const rest = writable.filter((field) => !placed.has(field) && !field.custom);
  const missing = sections.length === 0 ? rest : rest.filter((field) => field.required && (field.default === null || field.default === undefined));
  const custom = writable.filter((field) => !placed.has(field) && field.custom);
  return [
    ...sections,
    { title: sections.length === 0 ? "" : moreTitle, fields: missing },
    { title: customTitle, fields: custom },
  ].filter((section) => section.fields.length > 0);
}

const LONG = new Set(["longtext", "json"]);

export interface RecordFormProps {
  form: RecordFormState;
  /** Below the lines: what a module has to say about them. */
  belowLines?: ReactNode;
  lineProps?: Partial<LineGridProps>;
  lineGrid?: ComponentType<LineGridProps>;
  /** Small forms show only what must be filled in. */
  only?: (field: FieldMeta) => boolean;
  autoFocus?: boolean;
}

export function RecordForm({ form, belowLines, lineProps, lineGrid: Lines = LineGrid, only, autoFocus = true }: RecordFormProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const { entity, lines, values, problems, setValue } = form;
  const sections = useMemo(
    () => sectionsOf(entity, form.creating, t("form.more"), t("form.custom"))
      .map((section) => ({ ...section, fields: only ? section.fields.filter(only) : section.fields }))
      .filter((section) => section.fields.length > 0),
    [entity, form.creating, only, t],
  );
  const firstPath = sections[0]?.fields[0] ? fieldPath(sections[0].fields[0]) : undefined;
  const fieldOf = (field: FieldMeta) => {
    const path = fieldPath(field);
    return (
      <FieldRow key={path} field={field} path={path} value={valueAt(values, path)} onChange={(value) => setValue(path, value)} row={values}
        problem={problems.fields[path]} env={env} autoFocus={autoFocus && form.creating && path === firstPath} />
    );
  };
  // with lines: first for whom, then what and how much, then the terms and the small print
  const short = (section: Section) => ({ ...section, fields: section.fields.filter((field) => !LONG.has(field.type)) });
  const withLines = Boolean(entity.lines) && !only;
  const head = withLines ? sections.slice(0, 1).map(short) : sections;
  const foot = withLines ? [...sections.slice(1).map(short), { title: "", fields: sections.flatMap((section) => section.fields.filter((field) => LONG.has(field.type))) }] : [];
  const drawn = (section: Section, titled: boolean) => section.fields.length > 0 && (
    <section key={section.title || "rest"} className="rf-section">
      {titled && section.title && <h2>{section.title}</h2>}
      <div className="rf-grid">{section.fields.map(fieldOf)}</div>
    </section>
  );
  return (
    <div className="rf">
      {problems.general.length > 0 && (
        <ul className="notice bad rf-general" role="alert">{problems.general.map((message) => <li key={message}>{message}</li>)}</ul>
      )}
      {head.map((section) => drawn(section, head.length > 1))}
      {entity.lines && lines && !only && (
        <section className="rf-section rf-lines">
          <Lines entity={lines} linesKey={entity.lines.field} parentKey={entity.key} lines={linesOf(entity, values)} problems={problems.fields} parent={values}
            onChange={(next) => setValue(entity.lines!.field, next)} onProblems={(found) => form.setProblems((known) => ({ ...known, fields: { ...known.fields, ...found } }))}
            {...lineProps} />
          {belowLines}
        </section>
      )}
      {foot.map((section) => drawn(section, true))}
    </div>
  );
}
