/** One custom field: name in both languages, type, choices. Key and type are fixed once values may exist. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { problemText } from "../problem-text";
import type { EntityMeta } from "../types";
import type { CustomField } from "./custom-fields-page";
import { mid } from "../mid-sentence";

export interface CustomChoice {
  value: string;
  label: string;
  label_zh: string;
}

export interface CustomFieldBody {
  entity?: string;
  key?: string;
  type?: string;
  label: string;
  label_zh: string;
  required: boolean;
  choices: CustomChoice[];
  help: string;
  position: number;
  searchable: boolean;
  is_active: boolean;
}

export const CUSTOM_TYPES = ["text", "longtext", "integer", "decimal", "boolean", "date", "choice"] as const;

/** "Colour of frame" → `colour_of_frame`; a name without Latin letters gets a neutral key. */
export function keyFrom(label: string, taken: ReadonlySet<string>): string {
  const base = label.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").replace(/^(\d)/, "f_$1").slice(0, 36) || "field";
  let key = base;
  for (let number = 2; taken.has(key); number += 1) key = `${base}_${number}`;
  return key;
}

interface DrawerProps {
  entity: EntityMeta;
  field: CustomField | null;
  position: number;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  /** Only where the person may. */
  onDelete?: () => void;
  onSave: (body: CustomFieldBody) => void;
}

export function CustomFieldDrawer({ entity, field, position, busy, error, onClose, onDelete, onSave }: DrawerProps) {
  const { t } = useTranslation("records");
  const taken = new Set(entity.fields.map((item) => item.key.replace(/^custom\./, "")));
  const [label, setLabel] = useState(field?.label ?? "");
  const [labelZh, setLabelZh] = useState(field?.label_zh ?? "");
  const [ownKey, setOwnKey] = useState<string | null>(field?.key ?? null);
  const [type, setType] = useState(field?.type ?? "text");
  const [required, setRequired] = useState(field?.required ?? false);
  const [help, setHelp] = useState(field?.help ?? "");
  const [active, setActive] = useState(field?.is_active ?? true);
  const [choices, setChoices] = useState<CustomChoice[]>(() => (field?.choices ?? []).map((choice) => (typeof choice === "string" ? { value: choice, label: choice, label_zh: "" } : { label_zh: "", ...choice })));
  const [searchable, setSearchable] = useState(field?.searchable ?? false);
  const key = ownKey ?? keyFrom(label || labelZh, taken);
  const problem = (path: string) => (isProblem(error) ? error.errorOf(path) : undefined);
  const placed = isProblem(error) && error.errors.some((item) => ["label", "label_zh", "key", "type", "choices", "help"].includes(item.field.split(".")[0] ?? ""));
  const given = choices.filter((choice) => choice.label.trim());
  const isText = type === "text" || type === "longtext";
  const incomplete = !label.trim() || !key || (type === "choice" && given.length === 0);
  function save() {
    const known = new Set<string>();
    const named = given.map((choice) => {
      const value = choice.value || keyFrom(choice.label, known);
      known.add(value);
      return { value, label: choice.label.trim(), label_zh: choice.label_zh.trim() };
    });
    onSave({
      ...(field ? {} : { entity: entity.key, key, type }), label: label.trim(), label_zh: labelZh.trim(), required, help: help.trim(),
      choices: type === "choice" ? named : [], position: field?.position ?? position, searchable: searchable && isText, is_active: active,
    });
  }
  return (
    <Drawer open sticky onClose={onClose} width={440} title={field ? t("custom.edit", { label: field.label }) : t("custom.addTo", { records: mid(entity.label_plural) })}
      foot={<>{onDelete && <><Button variant="text" onClick={onDelete}>{t("custom.delete")}</Button><span className="grow" /></>}<Button onClick={onClose}>{t("cancel")}</Button><Button variant="primary" busy={busy} disabled={incomplete} onClick={save}>{field ? t("form.save") : t("custom.add")}</Button></>}>
      <form className="stack rf-dialog" onSubmit={(event) => { event.preventDefault(); if (!incomplete) save(); }}>
        {error && !placed ? <p className="notice bad" role="alert">{problemText(error, t)}</p> : null}
        <TextField label={t("custom.label")} value={label} autoFocus maxLength={120} error={problem("label")} onChange={(event) => setLabel(event.target.value)} />
        <TextField label={t("custom.labelZh")} extra={<span className="dim">{t("form.optional")}</span>} value={labelZh} maxLength={120} error={problem("label_zh")} onChange={(event) => setLabelZh(event.target.value)} />
        <SelectField label={t("custom.type")} value={type} disabled={field !== null} options={CUSTOM_TYPES.map((value) => ({ value, label: t(`custom.types.${value}`) }))} onChange={(event) => setType(event.target.value)} note={field ? t("custom.fixed") : undefined} error={problem("type")} />
        <TextField label={t("custom.key")} value={key} disabled={field !== null} maxLength={40} pattern="[a-z][a-z0-9_]*" note={t("custom.keyNote")} error={problem("key")} onChange={(event) => setOwnKey(event.target.value.toLowerCase().replace(/[^a-z0-9_]/g, "_"))} />
        {type === "choice" && (
          <fieldset className="ad-choices">
            <legend>{t("custom.choices")}</legend>
            {choices.map((choice, index) => (
              <div key={index} className="row">
                <input className="input" value={choice.label} aria-label={t("custom.choice", { number: index + 1 })} autoFocus={choice.label === "" && index === choices.length - 1}
                  onChange={(event) => setChoices(choices.map((item, at) => (at === index ? { ...item, label: event.target.value } : item)))}
                  onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); setChoices([...choices, { value: "", label: "", label_zh: "" }]); } }} />
                <input className="input" value={choice.label_zh} placeholder={t("custom.inChinese")} aria-label={t("custom.choiceZh", { number: index + 1 })}
                  onChange={(event) => setChoices(choices.map((item, at) => (at === index ? { ...item, label_zh: event.target.value } : item)))} />
                <Button size="small" variant="text" icon={<X size={14} />} aria-label={t("custom.dropChoice", { number: index + 1 })} onClick={() => setChoices(choices.filter((_, at) => at !== index))} />
              </div>
            ))}
            <Button size="small" icon={<Plus size={14} />} onClick={() => setChoices([...choices, { value: "", label: "", label_zh: "" }])}>{t("custom.addChoice")}</Button>
            {problem("choices") && <p className="t-bad xs" role="alert">{problem("choices")}</p>}
          </fieldset>
        )}
        <TextField label={t("custom.help")} extra={<span className="dim">{t("form.optional")}</span>} value={help} maxLength={255} error={problem("help")} onChange={(event) => setHelp(event.target.value)} />
        <CheckLine checked={required} onChange={(event) => setRequired(event.target.checked)}>{t("custom.requiredText")}</CheckLine>
        {isText && <CheckLine checked={searchable} onChange={(event) => setSearchable(event.target.checked)}>{t("custom.searchable")}</CheckLine>}
        {field && <CheckLine checked={active} onChange={(event) => setActive(event.target.checked)}>{t("custom.activeText")}</CheckLine>}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
