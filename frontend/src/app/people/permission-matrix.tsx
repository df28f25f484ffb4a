/** Rights as a table: one row per kind of record, one column per usual verb, special verbs by their own names. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "@/platform/session/session";
import { Check, CheckLine } from "@/ui/controls";
import { Tag } from "@/ui/figures";
import type { EntityRights, FieldRules, PermissionInfo, PermissionModule, Scopes } from "./api";
import { ReachCell } from "./reach-cell";
import { subjectsOf, usual, type Subject } from "./subjects";

interface PermissionMatrixProps {
  modules: PermissionModule[];
  value: ReadonlySet<string>;
  onChange: (value: Set<string>) => void;
  readOnly?: boolean;
  /** Nothing beyond these can be given (an API key never exceeds its owner). */
  only?: ReadonlySet<string>;
  /** What the role is compared with: cells that differ are marked. */
  shipped?: ReadonlySet<string>;
  /** Only rows that differ from it. */
  onlyDifferent?: boolean;
  /** How far each right reaches: whose records, which fields. Left out, the table is about rights alone. */
  reach?: Reach;
}

export interface Reach {
  scope: string;
  choices: { value: string; label: string }[];
  scopes: Scopes;
  fieldRules: FieldRules;
  onScopes: (scopes: Scopes) => void;
  onFields: (entity: EntityRights) => void;
}

export function PermissionMatrix({ modules, value, onChange, readOnly, only, shipped, onlyDifferent, reach }: PermissionMatrixProps) {
  const { t } = useTranslation("people");
  const entities = useEntities();
  const [words, setWords] = useState("");
  const tables = useMemo(() => modules.map((module) => ({ module, subjects: subjectsOf(module.permissions) })), [modules]);
  const everything = value.has("*");
  const locked = (permission: PermissionInfo) => readOnly || everything || !permission.held || (only !== undefined && !only.has(permission.code));
  const set = (codes: string[], on: boolean) => {
    const next = new Set(value);
    for (const code of codes) {
      if (on) next.add(code);
      else next.delete(code);
    }
    onChange(next);
  };
  /** A right that is one of its kind is the row itself. */
  const lone = (subject: Subject) => Object.keys(subject.usual).length === 0 && subject.special.length === 1;
  const nameOf = (subject: Subject) => subject.title || entities[subject.prefix]?.label_plural || subject.special[0]?.title || subject.prefix;
  /** More than shipped, less than shipped, or the same. */
  const differs = (permission?: PermissionInfo) => {
    if (!shipped || !permission) return "";
    const [here, there] = [everything || value.has(permission.code), shipped.has("*") || shipped.has(permission.code)];
    return here === there ? "" : here ? " more" : " less";
  };
  const allOf = (subject: Subject) => [...Object.values(subject.usual), ...subject.special];
  const entityOf = (module: PermissionModule, subject: Subject) => module.entities?.find((entity) => entity.prefix === subject.prefix && entity.key === subject.prefix);
  const box = (permission: PermissionInfo | undefined, label: string) =>
    permission && <Check aria-label={label} checked={everything || value.has(permission.code)} disabled={locked(permission)} onChange={(event) => set([permission.code], event.target.checked)} />;

  return (
    <div className="matrix">
      <input className="input find" placeholder={t("find_right")} aria-label={t("find_right")} value={words} onChange={(event) => setWords(event.target.value)} />
      {tables.map(({ module, subjects }) => {
        const shown = subjects.filter((subject) => !words || `${module.title} ${nameOf(subject)} ${subject.special.map((one) => one.title).join(" ")}`.toLowerCase().includes(words.toLowerCase())).filter((subject) => !onlyDifferent || allOf(subject).some((permission) => differs(permission)));
        if (shown.length === 0) return null;
        const codes = module.permissions.filter((permission) => !locked(permission)).map((permission) => permission.code);
        const given = module.permissions.filter((permission) => everything || value.has(permission.code)).length;
        return (
          <table key={module.key}>
            <thead>
              <tr>
                <th scope="col">
                  <CheckLine checked={given === module.permissions.length} indeterminate={given > 0 && given < module.permissions.length} disabled={codes.length === 0} onChange={(event) => set(codes, event.target.checked)}>
                    <b>{module.title}</b> <span className="dim">{t("given", { given, count: module.permissions.length })}</span>
                  </CheckLine>
                </th>
                {usual.map((verb) => <th key={verb} scope="col" className="mid">{t(`verb_${verb}`)}</th>)}
                <th scope="col">{t("special")}</th>
                {reach && <th scope="col" className="reach">{t("reaches")}</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map((subject) => {
                const name = nameOf(subject);
                const off = [...Object.values(subject.usual), ...subject.special].every((permission) => !permission.on);
                return (
                  <tr key={subject.prefix}>
                    <th scope="row">{name}{off && <Tag>{t("function_off")}</Tag>}</th>
                    {usual.map((verb) => <td key={verb} className={`mid${subject.usual[verb] ? "" : " none"}${differs(subject.usual[verb])}`} data-label={t(`verb_${verb}`)}>{box(subject.usual[verb], `${name}: ${t(`verb_${verb}`)}`)}</td>)}
                    <td className="special">
                      {subject.special.map((permission) => (
                        <CheckLine key={permission.code} className={differs(permission).trim()} checked={everything || value.has(permission.code)} disabled={locked(permission)} onChange={(event) => set([permission.code], event.target.checked)}>{lone(subject) ? t("allowed") : permission.title}</CheckLine>
                      ))}
                    </td>
                    {reach && <td className="reach">{entityOf(module, subject) && <ReachCell entity={entityOf(module, subject) as EntityRights} name={name} reach={reach} readOnly={readOnly || everything} />}</td>}
                  </tr>
                );
              })}
            </tbody>
          </table>
        );
      })}
    </div>
  );
}
