/** What an action needs to know before it runs, asked at the right side, never in a dialog on a dialog. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/overlay/dialog";
import { useFieldEnv } from "../../fields/env";
import { fieldModule } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { FieldRow } from "../form/field-row";
import { placeProblems } from "../form/problems";
import { problemText } from "../problem-text";
import { hasNoUnit } from "../form/line-columns";
import type { ActionMeta, Row } from "../types";

interface ActionDrawerProps {
  action: ActionMeta;
  /** What it is done to: "SO-25-01873", "3 records". */
  subject: string;
  /** The one record, where there is one: what it has no unit for is not asked. */
  record?: Row;
  busy: boolean;
  error?: unknown;
  onClose: () => void;
  onRun: (params: Record<string, unknown>) => void;
}

export function ActionDrawer({ action, subject, record, busy, error, onClose, onRun }: ActionDrawerProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  // structured data is for programs; what people need of it has a dialog of its own
  const fields = (action.params ?? []).filter((field) => field.type !== "json" && !hasNoUnit(field, record ? [record] : []));
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(fields.map((field) => [field.key, field.default ?? fieldModule(field.type).empty])));
  const [tried, setTried] = useState(false);
  const placed = placeProblems(isProblem(error) ? error.errors.map((item) => ({ ...item, field: item.field.replace(/^params\./, "") })) : [], fields.map((field) => field.key));
  const missing = (key: string) => tried && fields.find((field) => field.key === key)?.required && isEmpty(values[key]);
  function run() {
    setTried(true);
    if (fields.some((field) => field.required && field.type !== "boolean" && isEmpty(values[field.key]))) return;
    onRun(Object.fromEntries(fields.map((field) => [field.key, fieldModule(field.type).toWire?.(values[field.key]) ?? values[field.key] ?? null])));
  }
  const general = error && placed.general.length + Object.keys(placed.fields).length === 0 ? [problemText(error, t)] : placed.general;
  return (
    <Drawer open onClose={onClose} width={420} title={<>{action.label} <span className="dim">{subject}</span></>}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button variant={action.danger ? "danger" : "primary"} busy={busy} onClick={run}>{action.label}</Button></>}>
      <form className="rf-grid rf-narrow" onSubmit={(event) => { event.preventDefault(); run(); }}>
        {general.length > 0 && <p className="notice bad rf-span-4" role="alert">{general.join(" ")}</p>}
        {fields.map((field, index) => (
          <FieldRow key={field.key} field={field} path={field.key} value={values[field.key]} row={{ ...record, ...values }} env={env} span={4} autoFocus={index === 0}
            problem={placed.fields[field.key] ?? (missing(field.key) ? t("form.required") : undefined)} onChange={(value) => setValues((known) => ({ ...known, [field.key]: value }))} />
        ))}
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
