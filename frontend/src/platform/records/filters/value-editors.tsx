/** The value part of a condition, by kind of field. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { SPANS } from "../../fields/date/iso";
import { FieldInput } from "../../fields/inputs";
import { RefSelect } from "../../fields/ref/ref-select";
import type { FieldEnv } from "../../fields/types";
import type { FieldMeta } from "../types";
import type { ChipContent } from "./operators";
import { useRefLabels } from "./use-filter-field";

export interface ValueProps {
  field: FieldMeta;
  env: FieldEnv;
  content: ChipContent;
  setContent: (content: ChipContent) => void;
  apply: () => void;
}

const plain = (field: FieldMeta, type: string): FieldMeta => ({ ...field, type, required: false, nullable: true, max_length: null });

function Bounds({ field, env, content, setContent, type }: ValueProps & { type: string }) {
  const { t } = useTranslation("records");
  const input = plain(field, type);
  const set = (index: number) => (value: unknown) => {
    const values = content.op === "between" ? [content.values[0] ?? "", content.values[1] ?? ""] : [content.values[0] ?? ""];
    values[index] = value === null || value === undefined ? "" : String(value);
    setContent({ ...content, values });
  };
  if (content.op !== "between") {
    return <div className="fe-value"><FieldInput field={input} value={content.values[0] || null} onChange={set(0)} env={env} autoFocus aria-label={field.label} /></div>;
  }
  return (
    <div className="fe-value fe-bounds">
      <FieldInput field={input} value={content.values[0] || null} onChange={set(0)} env={env} autoFocus placeholder={t("filter.from")} aria-label={t("filter.from")} />
      <FieldInput field={input} value={content.values[1] || null} onChange={set(1)} env={env} placeholder={t("filter.to")} aria-label={t("filter.to")} />
    </div>
  );
}

export const NumberValue = (props: ValueProps) => <Bounds {...props} type={props.field.type === "integer" ? "integer" : "decimal"} />;
export const DateValue = (props: ValueProps) => <Bounds {...props} type="date" />;

export function SpanValue({ env, content, setContent }: ValueProps) {
  return (
    <div className="fe-list" role="radiogroup">
      {SPANS.map((span) => (
        <button key={span} type="button" role="radio" aria-checked={content.values[0] === span} className={`mi${content.values[0] === span ? " on" : ""}`}
          onClick={() => setContent({ ...content, values: [span] })}>
          <span className="label">{env.t(`span.${span}`)}</span>
        </button>
      ))}
    </div>
  );
}

export function RefValue({ field, content, setContent }: ValueProps) {
  const labels = useRefLabels(field.ref, content.values);
  const { t } = useTranslation("records");
  return (
    <div className="fe-value">
      <RefSelect entity={field.ref ?? ""} filter={field.ref_filter} value={null} autoFocus placeholder={t("filter.find")} aria-label={field.label}
        onChange={(ref) => { if (ref && !content.values.includes(String(ref.id))) setContent({ ...content, values: [...content.values, String(ref.id)] }); }} />
      {field.ref === "access.member" && !content.values.includes("me") && (
        <button type="button" className="link xs" onClick={() => setContent({ ...content, values: ["me"] })}>{t("filter.me")}</button>
      )}
      <ul className="fe-picked">
        {content.values.map((value) => (
          <li key={value} className="tag">{value === "me" ? t("filter.me") : labels[value] ?? `#${value}`}
            <button type="button" aria-label={t("filter.drop", { value: labels[value] ?? value })} onClick={() => setContent({ ...content, values: content.values.filter((item) => item !== value) })}><X size={11} /></button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function TextValue({ field, env, content, setContent }: ValueProps) {
  return (
    <div className="fe-value">
      <FieldInput field={plain(field, "text")} value={content.values[0] ?? ""} env={env} autoFocus aria-label={field.label}
        onChange={(value) => setContent({ ...content, values: value ? [String(value)] : [] })} />
    </div>
  );
}
