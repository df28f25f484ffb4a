/** Planning workbench: exceptions left, proposals right, firmed in bulk; below, the chain behind what is picked. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CheckCheck, RefreshCw } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn, type GridKey } from "@/ui/grid";
import { BulkBar, PageHead, Tabs } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchWorkbench, firmProposals, type Document, type Proposal } from "../api/planning";
import { usePlanningJob, type Job } from "../api/planning-job";
import { Messages } from "../components/messages";
import { Pegging } from "../components/pegging";
import { PlanningProgress } from "../components/planning-progress";
import "../components/production.css";

const KINDS = ["all", "make", "buy", "late"] as const;

function documentOf(proposal: Proposal, all: Map<number, Proposal>, depth = 0): Document | null {
  for (const need of proposal.needs) {
    if (need.document) return need.document;
    const parent = need.planned === null ? undefined : all.get(need.planned);
    if (parent && depth < 20) return documentOf(parent, all, depth + 1);
  }
  return null;
}

/** Wanted for a forecast, itself or what it is part of. */
const forForecast = (proposal: Proposal, all: Map<number, Proposal>, depth = 0): boolean =>
  proposal.needs.some((need) => {
    const parent = need.planned === null ? undefined : all.get(need.planned);
    return need.forecast !== null || (parent !== undefined && depth < 20 && forForecast(parent, all, depth + 1));
  });

export function PlanningPage() {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const mayRun = useCan("production.planning.run");
  const mayFirm = useCan("production.planning.firm");
  const [kind, setKind] = useState<string>("all");
  const [picked, setPicked] = useState<Set<GridKey>>(new Set());
  const [chain, setChain] = useState<Document | null>(null);
  const key = keyOf(slug, "production.planning_run", "workbench", {});
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchWorkbench(signal) });
  const failed = (failure: unknown) => toast({ text: problemText(failure, said), tone: "bad" });
  const over = useCallback((job: Job) => {
    if (job.state === "failed") return toast({ text: job.message || t("plan.broken"), tone: "bad" });
    if (job.state === "cancelled") return toast(t("plan.stopped"));
    setPicked(new Set());
    setChain(null);
    void refetch();
  }, [refetch, t]);
  const run = usePlanningJob(over, failed);
  const runs = run.starting || run.job !== undefined;
  const firm = useMutation({
    mutationFn: firmProposals,
    onSuccess: ({ orders, ...fresh }) => {
      client.setQueryData(key, fresh);
      setPicked(new Set());
      toast(t("plan.firmedAs", { orders: orders.map((order) => order.label).join(t("comma")) }));
    },
    onError: failed,
  });
  const proposals = useMemo(() => data?.proposals ?? [], [data]);
  const byIndex = useMemo(() => new Map(proposals.map((proposal) => [proposal.index, proposal])), [proposals]);
  // too late for an order hurts; safety stock that fills up later does not. What orders wait for stands on top.
  const waits = useMemo(() => new Map(proposals.map((row) => [row.id, documentOf(row, byIndex)])), [proposals, byIndex]);
  const hurts = (row: Proposal) => row.late && Boolean(waits.get(row.id));
  const rank = (row: Proposal) => (hurts(row) ? 0 : waits.get(row.id) ? 1 : 2);
  const rows = proposals.filter((row) => kind === "all" || row.kind === kind || (kind === "late" && hurts(row))).sort((a, b) => rank(a) - rank(b));
  const counts: Record<string, number> = { ...data?.counts, all: proposals.length, late: proposals.filter(hurts).length };
  const open = proposals.filter((row) => picked.has(row.id) && row.state === "proposed");

  const columns: GridColumn<Proposal>[] = [
    { key: "product", title: t("plan.product"), width: 200, grow: true, emphasised: true, cell: (row) => <span className="ell">{row.product.label} <span className="sub">{row.product.name}</span></span> },
    { key: "quantity", title: t("plan.quantity"), width: 96, numeric: true, cell: (row) => <>{format.quantity(row.quantity)} <span className="dim">{row.unit}</span></> },
    { key: "release", title: t("plan.release"), width: 76, numeric: true, cell: (row) => row.routing_days ? <span className="t-warn" title={t("plan.shortLead", { days: row.routing_days })}>{format.day(row.release_on)} !</span> : format.day(row.release_on) },
    { key: "due", title: t("plan.due"), width: 76, numeric: true, cell: (row) => <span className={hurts(row) ? "t-bad" : undefined}>{format.day(row.due_on)}</span> },
    { key: "supplier", title: t("plan.supplier"), width: 148, cell: (row) => row.kind === "make" ? <span className="sub">{t("make")}</span> : row.supplier ? row.supplier.label : <span className="t-warn">{t("plan.noSupplier")}</span> },
    { key: "for", title: t("plan.for"), width: 136, cell: (row) => { const document = waits.get(row.id); return document ? <EntityLink entity={document.entity} id={document.id}>{document.label}</EntityLink> : <span className="dim">{t(row.entry ? "plan.masterPlan" : forForecast(row, byIndex) ? "plan.forecast" : "plan.safety")}</span>; } },
    { key: "state", title: t("plan.state"), width: 112, cell: (row) => row.firmed ? <EntityLink entity={row.firmed.entity} id={row.firmed.id}>{row.firmed.label}</EntityLink> : <Status kind={hurts(row) ? "late" : "draft"}>{t(hurts(row) ? "plan.lateProposal" : "plan.proposed")}</Status> },
  ];
  return (
    <div className="page">
      <PageHead title={t("plan.title")} after={data?.run && <span className="dim">{t("plan.asOf", { when: format.moment(data.run.finished_at) })}</span>}
        actions={mayRun && data?.run && <Button variant="primary" icon={<RefreshCw size={15} />} busy={runs} onClick={run.start}>{t("plan.run")}</Button>} />
      {run.job && <PlanningProgress job={run.job} stopping={run.stopping} onStop={run.stop} />}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("plan.failed")} reference={isProblem(error) ? error.requestId : undefined} actions={<Button onClick={() => void refetch()}>{t("plan.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data && !data.run && <EmptyState title={t("plan.never")} actions={mayRun && <Button variant="primary" busy={runs} onClick={run.start}>{t("plan.run")}</Button>}>{t("plan.neverWhy")}</EmptyState>}
      {data?.run && (
        <div className="pr-plan">
          <aside aria-label={t("plan.exceptions")}><Messages messages={data.messages} /></aside>
          <div>
            <Tabs label={t("plan.proposals")} value={kind} onChange={setKind}
              tabs={KINDS.map((name) => ({ key: name, label: t(`plan.tab_${name}`), count: counts[name] ?? 0 }))} />
            {rows.length === 0
              ? <EmptyState inline title={t("plan.covered")}>{t("plan.coveredWhy")}</EmptyState>
              : <Grid<Proposal> label={t("plan.proposals")} columns={columns} rows={rows} rowKey={(row) => row.id} flat
                  selected={mayFirm ? picked : undefined} onSelect={mayFirm ? setPicked : undefined}
                  onOpen={(row) => setChain(waits.get(row.id) ?? null)} />}
            {chain && <Pegging document={chain} run={data.run.id} />}
            <BulkBar count={open.length} onClear={() => setPicked(new Set())}>
              <Button size="small" variant="text" icon={<CheckCheck size={15} />} busy={firm.isPending} onClick={() => firm.mutate(open.map((row) => row.id))}>{t("plan.firm", { count: open.length })}</Button>
            </BulkBar>
          </div>
        </div>
      )}
    </div>
  );
}
