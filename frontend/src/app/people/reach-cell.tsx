/** How far a role's right to see one kind of record reaches: whose records, and which of their fields. */
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import type { EntityRights, FieldRules } from "./api";
import type { Reach } from "./permission-matrix";

const without = <T,>(all: Record<string, T>, key: string): Record<string, T> => Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));

interface ReachCellProps {
  entity: EntityRights;
  name: string;
  reach: Reach;
  readOnly?: boolean;
}

export function ReachCell({ entity, name, reach, readOnly }: ReachCellProps) {
  const { t } = useTranslation("people");
  const usual = reach.choices.find((choice) => choice.value === reach.scope)?.label ?? reach.scope;
  const rules = Object.keys(reach.fieldRules[entity.key] ?? {}).length;
  const choose = (scope: string) => {
    const others = without(reach.scopes, entity.key);
    reach.onScopes(scope ? { ...others, [entity.key]: scope } : others);
  };
  return (
    <span className="row">
      {entity.scoped && (
        <select className="input" aria-label={t("reach_of", { name })} disabled={readOnly} value={reach.scopes[entity.key] ?? ""} onChange={(event) => choose(event.target.value)}>
          <option value="">{t("as_role", { scope: usual })}</option>
          {reach.choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>
      )}
      {entity.fields.length > 0 && (
        <Button variant="text" size="small" icon={<SlidersHorizontal size={13} />} aria-label={t("fields_of", { name })} title={t("fields_of", { name })} onClick={() => reach.onFields(entity)}>{rules > 0 ? String(rules) : undefined}</Button>
      )}
    </span>
  );
}

interface FieldsDialogProps {
  entity: EntityRights;
  rules: FieldRules;
  readOnly?: boolean;
  onChange: (rules: FieldRules) => void;
  onClose: () => void;
}

/** Fields of one kind of record that a role does not see, or does not change. */
export function FieldsDialog({ entity, rules, readOnly, onChange, onClose }: FieldsDialogProps) {
  const { t } = useTranslation("people");
  const [words, setWords] = useState("");
  const mine = rules[entity.key] ?? {};
  const set = (field: string, rule: string) => {
    const others = without(mine, field);
    const next = rule ? { ...others, [field]: rule as "hidden" | "read_only" } : others;
    const rest = without(rules, entity.key);
    onChange(Object.keys(next).length > 0 ? { ...rest, [entity.key]: next } : rest);
  };
  const options = [{ value: "", label: t("field_open") }, { value: "read_only", label: t("field_locked") }, { value: "hidden", label: t("field_hidden") }];
  return (
    <Dialog open width={520} title={t("fields_of", { name: entity.title })} onClose={onClose} foot={<Button variant="primary" onClick={onClose}>{t("done")}</Button>}>
      <input className="input find" placeholder={t("find_field")} aria-label={t("find_field")} value={words} onChange={(event) => setWords(event.target.value)} />
      <div className="field-rules">
        {entity.fields.filter((field) => field.label.toLowerCase().includes(words.toLowerCase())).map((field) => (
          <SelectField key={field.key} label={field.label} value={mine[field.key] ?? ""} disabled={readOnly} options={options} onChange={(event) => set(field.key, event.target.value)} />
        ))}
      </div>
    </Dialog>
  );
}
