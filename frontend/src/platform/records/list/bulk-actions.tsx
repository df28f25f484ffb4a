/** What can be done with the picked rows: actions, change one field in all, export; each row has its own outcome. */
import { Download, PenLine } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import type { GridKey } from "@/ui/grid";
import { confirm } from "@/ui/overlay/confirm";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { BulkBar } from "@/ui/page";
import { useFieldEnv } from "../../fields/env";
import { sum } from "../../fields/decimal/exact";
import { fieldText } from "../../fields/registry";
import { problemText } from "../problem-text";
import { useRecordAction } from "../detail/use-record-action";
import { appliesTo, fieldByPath, stateOf, titleOf } from "../entity";
import type { ActionMeta, BulkOutcome, Row } from "../types";
import { isInlineEditable } from "./use-inline-edit";
import { useExport } from "./use-export";
import type { RecordList } from "./use-record-list";

const BulkEdit = lazy(() => import("./bulk-edit").then((module) => ({ default: module.BulkEdit })));
const ActionDrawer = lazy(() => import("../detail/action-drawer").then((module) => ({ default: module.ActionDrawer })));
const BulkReport = lazy(() => import("./bulk-report").then((module) => ({ default: module.BulkReport })));

interface BulkActionsProps {
  list: RecordList;
  selected: ReadonlySet<GridKey>;
  onClear: () => void;
  onSelect: (selected: Set<GridKey>) => void;
}

export function BulkActions({ list, selected, onClear, onSelect }: BulkActionsProps) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const { entity } = list;
  const { bulkRun, bulkUpdate } = useRecordAction(entity);
  const exporting = useExport(list);
  const [asking, setAsking] = useState<ActionMeta | null>(null);
  const [editing, setEditing] = useState(false);
  const [report, setReport] = useState<{ title: string; outcomes: BulkOutcome[]; rows: Row[] } | null>(null);
  const rows = list.rows.filter((row) => selected.has(row.id));
  const totalField = fieldByPath(entity, entity.totals?.[0] ?? "");
  const total = totalField && rows.length > 0 ? fieldText(sum(rows.map((row) => row[totalField.key])), totalField, env, rows[0]) : undefined;
  const actions = (entity.actions ?? []).filter((action) => action.bulk);
  const allowed = (action: ActionMeta) => rows.filter((row) => !action.states?.length || action.states.includes(stateOf(entity, row)?.value ?? "")).filter((row) => appliesTo(action, row));
  const editable = entity.fields.filter((field) => isInlineEditable(entity, field));

  function finished(title: string, outcomes: BulkOutcome[], of: Row[]) {
    const failed = outcomes.filter((outcome) => outcome.status >= 400);
    if (failed.length === 0) {
      toast(t("bulk.done", { title, count: outcomes.length }));
      return onClear();
    }
    // what did not work stays picked, so that it can be tried again
    onSelect(new Set(failed.map((outcome) => of[outcome.index]?.id).filter((id): id is Row["id"] => id !== undefined)));
    setReport({ title, outcomes, rows: of });
  }
  const refused = (error: unknown) => toast({ tone: "bad", text: problemText(error, t) });

  async function run(action: ActionMeta, params?: Record<string, unknown>) {
    const of = allowed(action);
    if (action.danger && !params) {
      const sure = await confirm({ title: t("bulk.sure", { action: action.label, count: of.length }), body: of.slice(0, 5).map((row) => titleOf(entity, row)).join(", ") + (of.length > 5 ? " …" : ""), action: action.label, keep: t("cancel"), danger: true });
      if (!sure) return;
    }
    bulkRun.mutate({ action: action.key, ids: of.map((row) => row.id), params }, { onSuccess: (outcomes) => finished(action.label, outcomes, of), onError: refused });
    setAsking(null);
  }

  return (
    <>
      <BulkBar count={rows.length} sum={total} onClear={onClear}>
        {actions.slice(0, 4).map((action) => {
          const count = allowed(action).length;
          return (
            <Button key={action.key} size="small" variant="text" disabled={count === 0 || bulkRun.isPending} title={count < rows.length ? t("bulk.some", { count, total: rows.length }) : undefined}
              onClick={() => (action.params?.length ? setAsking(action) : void run(action))}>{action.label}{count > 0 && count < rows.length ? ` (${count})` : ""}</Button>
          );
        })}
        {actions.length > 4 && (
          <Menu label={t("bulk.more")} side="above" items={actions.slice(4).map((action) => ({ key: action.key, label: action.label, disabled: allowed(action).length === 0, onSelect: () => (action.params?.length ? setAsking(action) : void run(action)) }))}
            trigger={(props) => <Button {...props} size="small" variant="text">{t("bulk.more")}</Button>} />
        )}
        {editable.length > 0 && <Button size="small" variant="text" icon={<PenLine size={14} />} onClick={() => setEditing(true)}>{t("bulk.edit")}</Button>}
        {entity.can.export && (
          <Menu label={t("export.selected")} side="above" items={[{ key: "csv", label: "CSV", onSelect: () => exporting.run("csv", rows) }, { key: "xlsx", label: "Excel", onSelect: () => exporting.run("xlsx", rows) }]}
            trigger={(props) => <Button {...props} size="small" variant="text" icon={<Download size={14} />} busy={exporting.busy}>{t("export.title")}</Button>} />
        )}
      </BulkBar>
      <Suspense fallback={null}>
        {asking && <ActionDrawer action={asking} subject={t("list.records", { count: allowed(asking).length })} busy={bulkRun.isPending} onClose={() => setAsking(null)} onRun={(params) => run(asking, params)} />}
        {editing && <BulkEdit entity={entity} count={rows.length} fields={editable} busy={bulkUpdate.isPending} onClose={() => setEditing(false)}
          onSave={(changes, label) => bulkUpdate.mutate({ rows, changes }, { onSuccess: (outcomes) => { setEditing(false); finished(label, outcomes, rows); }, onError: refused })} />}
        {report && <BulkReport entity={entity} {...report} onClose={() => setReport(null)} />}
      </Suspense>
    </>
  );
}
