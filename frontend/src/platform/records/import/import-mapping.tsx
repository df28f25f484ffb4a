/** Which column goes into which field, seen with its first values; and what happens with records that exist. */
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { Mark } from "@/ui/status";
import { fieldByPath, fieldPath } from "../entity";
import { formFields } from "../form/values";
import { problemText } from "../problem-text";
import type { EntityMeta } from "../types";
import { guessField, type ImportJob, type OnExisting } from "./imports";

interface ImportMappingProps {
  entity: EntityMeta;
  job: ImportJob;
  busy: boolean;
  problem: unknown;
  onCheck: (choice: { mapping: Record<string, string>; key: string | null; on_existing: OnExisting }) => void;
}

export function ImportMapping({ entity, job, busy, problem, onCheck }: ImportMappingProps) {
  const { t } = useTranslation("records");
  const fields = formFields(entity, true).filter((field) => field.type !== "json").map((field) => ({ path: fieldPath(field), label: field.label, required: Boolean(field.required) }));
  const known = new Set(fields.map((field) => field.path));
  const columns = job.columns ?? [];
  const [mapping, setMapping] = useState<Record<string, string>>(() => Object.fromEntries(columns.flatMap(({ column, field }) => {
    const kept = job.mapping?.[column] ?? field ?? guessField(column, fields);
    return kept && known.has(kept) ? [[column, kept]] : [];
  })));
  // a key of several fields (`parent,component`) counts only as a whole
  const keys = (job.key_fields ?? []).filter((key) => key.split(",").every((path) => Object.values(mapping).includes(path)));
  const keyLabel = (key: string) => key.split(",").map((path) => fieldByPath(entity, path)?.label ?? path).join(" + ");
  const [chosenKey, setChosenKey] = useState<string | null>(job.key ?? null);
  const key = chosenKey && keys.includes(chosenKey) ? chosenKey : keys[0] ?? null;
  const [existing, setExisting] = useState<OnExisting>(job.on_existing ?? "update");
  const used = Object.values(mapping);
  const twice = new Set(used.filter((path, index) => used.indexOf(path) !== index));
  const missing = fields.filter((field) => field.required && !used.includes(field.path));
  const set = (column: string, path: string) => setMapping((now) => {
    const next = { ...now };
    if (path) next[column] = path;
    else delete next[column];
    return next;
  });
  return (
    <form className="im-map" onSubmit={(event) => { event.preventDefault(); onCheck({ mapping, key, on_existing: existing }); }}>
      <p className="sub">{t("import.mapText", { rows: job.rows ?? job.total ?? 0, columns: columns.length })}</p>
      <table className="grid im-table">
        <thead><tr><th>{t("import.column")}</th><th>{t("import.sample")}</th><th>{t("import.field")}</th></tr></thead>
        <tbody>
          {columns.map(({ column, sample }) => (
            <tr key={column} className={mapping[column] ? undefined : "gone"}>
              <td className="medium">{column}</td>
              <td className="dim ell" title={sample.join(" · ")}>{sample.filter(Boolean).slice(0, 3).join(" · ")}</td>
              <td>
                <span className="select">
                  <select className="input" aria-label={t("import.fieldFor", { column })} value={mapping[column] ?? ""} aria-invalid={twice.has(mapping[column] ?? "") || undefined} onChange={(event) => set(column, event.target.value)}>
                    <option value="">{t("import.ignore")}</option>
                    {fields.map((field) => <option key={field.path} value={field.path}>{field.label}{field.required ? " *" : ""}</option>)}
                  </select>
                  <ChevronDown size={14} aria-hidden />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length > 0 && (
        <div className="im-key">
          <label>{t("import.key")}{" "}
            <span className="select"><select className="input" value={key ?? ""} onChange={(event) => setChosenKey(event.target.value)}>{keys.map((path) => <option key={path} value={path}>{keyLabel(path)}</option>)}</select><ChevronDown size={14} aria-hidden /></span>
          </label>
          <span>{t("import.existing")}</span>
          <Segmented small label={t("import.existing")} value={existing} onChange={setExisting} options={(["update", "skip", "error"] as const).map((value) => ({ value, label: t(`import.on.${value}`) }))} />
        </div>
      )}
      {missing.length > 0 && <p className="row t-warn"><Mark kind="warn" />{t("import.missing", { fields: missing.map((field) => field.label).join(", ") })}</p>}
      {twice.size > 0 && <p className="row t-bad" role="alert"><Mark kind="late" />{t("import.twice", { fields: [...twice].map((path) => fieldByPath(entity, path)?.label ?? path).join(", ") })}</p>}
      {problem ? <p className="t-bad" role="alert">{problemText(problem, t)}</p> : null}
      <div className="row"><Button variant="primary" submit busy={busy} disabled={used.length === 0 || twice.size > 0}>{t("import.check")}</Button><span className="dim xs">{t("import.checkNote")}</span></div>
    </form>
  );
}
