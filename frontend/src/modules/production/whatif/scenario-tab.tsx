/** A what-if: what would be otherwise, calculated with one press, and beside the plan what comes of it, differences first. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check as CheckIcon, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { EntityMeta, RecordId, Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { useScenarioJob, type Job } from "../api/planning-job";
import { PlanningProgress } from "../components/planning-progress";
import "../components/production.css";
import { dropChange, fetchComparison, type Change, type ComparedLine, type OrderLine } from "./api";
import { ApplyDialog } from "./apply-dialog";
import { ChangeDialog } from "./change-dialog";
import { changeWords, subjectOf } from "./change-words";
import { Outcomes } from "./outcomes";
import "./whatif.css";

export function ScenarioTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("whatif");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayChange = useCan("production.scenario.update");
  const mayApply = useCan("production.scenario.apply");
  const [edited, setEdited] = useState<{ change: Change | null; line?: OrderLine } | null>(null);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [applying, setApplying] = useState<number[] | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: keyOf(slug, "production.scenario", "comparison", String(record.id)), queryFn: ({ signal }) => fetchComparison(record.id, signal) });
  const failed = (failure: unknown) => toast({ text: problemText(failure, said), tone: "bad" });
  const fresh = useCallback(() => { void client.invalidateQueries({ queryKey: [slug, "production.scenario"] }); void refetch(); }, [client, refetch, slug]);
  const over = useCallback((job: Job) => {
    if (job.state === "failed") return toast({ text: job.message || t("broken"), tone: "bad" });
    if (job.state === "cancelled") return toast(t("stopped"));
    fresh();
  }, [fresh, t]);
  const run = useScenarioJob(Number(record.id), over, failed);
  const drop = useMutation({ mutationFn: (change: number) => dropChange(record.id, change), onSuccess: fresh, onError: failed });
  if (error && !data) return <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton rows={8} />;
  const open = data.changes.filter((change) => change.applied_at === null);
  const chosen = open.filter((change) => !left.has(change.id));
  const stale = data.state === "draft" && data.outcome !== null;
  const busy = run.starting || run.job !== undefined;
  const toggle = (id: number) => setLeft((before) => { const next = new Set(before); if (!next.delete(id)) next.add(id); return next; });
  const fromLine = (line: ComparedLine) => setEdited({ change: open.find((one) => one.order_line?.id === line.id) ?? null, line: { id: line.id, label: line.label, order: line.order ?? 0, quantity: line.base_quantity ?? "0", on: line.base_needed } });
  return (
    <div className="wi-pane">
      <section>
        <header className="wi-head">
          <h3>{t("changes")}</h3>
          <span className="grow" />
          {mayChange && <Button size="small" icon={<Plus size={15} />} onClick={() => setEdited({ change: null })}>{t("add")}</Button>}
          {mayChange && open.length > 0 && <Button size="small" variant={data.state === "done" ? undefined : "primary"} icon={<Play size={14} />} busy={busy} onClick={run.start}>{t(data.outcome ? "again" : "calculate")}</Button>}
          {mayApply && open.length > 0 && data.state === "done" && <Button size="small" variant="primary" icon={<CheckIcon size={15} />} disabled={chosen.length === 0} onClick={() => setApplying(chosen.map((one) => one.id))}>{t("apply", { count: chosen.length })}</Button>}
        </header>
        {run.job && <PlanningProgress job={run.job} stopping={run.stopping} onStop={run.stop} />}
        {data.changes.length === 0 && <EmptyState inline title={t("none")}>{t("noneWhy")}</EmptyState>}
        <ul className="wi-rows">
          {data.changes.map((change) => <ChangeRow key={change.id} change={change} chosen={!left.has(change.id)} pickable={mayApply && data.state === "done"} editable={mayChange} scenario={record.id} onPick={() => toggle(change.id)} onEdit={() => setEdited({ change })} onDrop={() => drop.mutate(change.id)} />)}
        </ul>
      </section>
      {stale && <p className="wi-stale t-warn" role="status">{t("stale")}</p>}
      {data.outcome && <Outcomes data={data} outcome={data.outcome} onLine={mayChange ? fromLine : undefined} />}
      {edited && <ChangeDialog scenario={record.id} change={edited.change} line={edited.line} onClose={() => setEdited(null)} onDone={() => { setEdited(null); fresh(); }} />}
      {applying && <ApplyDialog key={applying.join()} scenario={record.id} changes={open.filter((one) => applying.includes(one.id))} onClose={() => setApplying(null)} onWithout={setApplying}
        onDone={() => { setApplying(null); toast(t("applied")); fresh(); }} />}
    </div>
  );
}

interface RowProps { change: Change; chosen: boolean; pickable: boolean; editable: boolean; scenario: RecordId; onPick: () => void; onEdit: () => void; onDrop: () => void }

function ChangeRow({ change, chosen, pickable, editable, onPick, onEdit, onDrop }: RowProps) {
  const { t } = useTranslation("whatif");
  const format = useFormat();
  const open = change.applied_at === null;
  const name = `${t(`kind.${change.kind}`)} ${subjectOf(change)}`;
  return (
    <li>
      {pickable && open && <Check checked={chosen} onChange={onPick} aria-label={t("choose", { name })} />}
      <span className="wi-kind">{t(`kind.${change.kind}`)}</span>
      <span className="wi-what">
        {change.order_line ? <EntityLink entity="shared.sales_order" id={change.order_line.order}><b className="medium">{subjectOf(change)}</b></EntityLink> : <b className="medium">{subjectOf(change)}</b>}
        {" "}<span className="sub">{changeWords(change, t, format)}</span>
      </span>
      {!open && <Status kind="done">{t("isApplied")}</Status>}
      {editable && open && <span className="wi-tools">
        <Button size="small" variant="text" icon={<Pencil size={14} />} aria-label={t("edit", { name })} onClick={onEdit} />
        <Button size="small" variant="text" icon={<Trash2 size={14} />} aria-label={t("remove", { name })} onClick={onDrop} />
      </span>}
    </li>
  );
}
