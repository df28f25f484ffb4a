/** One field of a form: label above, input, and below it the problem or the help. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { FieldInput } from "../../fields/inputs";
import { fieldModule } from "../../fields/registry";
import type { FieldEnv } from "../../fields/types";
import type { FieldMeta, StateMeta } from "../types";

export interface FieldRowProps {
  field: FieldMeta;
  path: string;
  value: unknown;
  onChange: (value: unknown) => void;
  problem?: string;
  row: Record<string, unknown>;
  env: FieldEnv;
  autoFocus?: boolean;
  disabled?: boolean;
  states?: StateMeta[];
  span?: number;
}

/** Columns of four: names and the references that carry a document are wide, the rest as wide as its content. */
export function spanOf(field: FieldMeta): number {
  const { span } = fieldModule(field.type);
  if (field.type === "ref") return field.required ? 2 : 1;
  if (field.type === "text" && /name|title|subject|address|street/.test(field.key)) return 2;
  return span;
}

export function FieldRow({ field, path, value, onChange, problem, row, env, autoFocus, disabled, states, span }: FieldRowProps) {
  const { t } = useTranslation("records");
  const id = useId();
  const note = problem ?? (field.help || undefined);
  const tick = field.type === "boolean" && !field.nullable;
  return (
    <div className={`field rf-field rf-span-${span ?? spanOf(field)}${tick ? " rf-tick" : ""}`} data-path={path}>
      {!tick && (
        <span className="lb"><label htmlFor={id}>{field.label}</label>{!field.required && <span className="rf-optional">{t("form.optional")}</span>}</span>
      )}
      <FieldInput id={id} field={field} value={value} onChange={onChange} row={row} env={env} autoFocus={autoFocus} disabled={disabled}
        states={states} status={problem ? "error" : undefined} aria-describedby={note ? `${id}-note` : undefined} />
      {note && <span id={`${id}-note`} className={`note${problem ? " bad" : ""}`} role={problem ? "alert" : undefined}>{note}</span>}
    </div>
  );
}
