/** The schedule board: work centres over time, bars that are moved with their slips shown first, orders rushed in between. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, RefreshCw } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { Bar } from "@/ui/figures";
import { addDays } from "@/ui/format/date";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { hoursOf, scaleOf } from "@/ui/scheduler/scale";
import { Scheduler, type ScheduleBar, type ScheduleRow } from "@/ui/scheduler/scheduler";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { useSchedulingJob, type Job } from "../api/planning-job";
import { fetchLateness, fetchSchedule, propose, unfix, type PlannedOperation, type ScheduleProposal, type Wish } from "../api/schedule";
import { PlanningProgress } from "../components/planning-progress";
import { barsOf, loadOf, loadsOf, ms, OUTSIDE, windowsOf } from "../components/schedule/bars";
import { Late } from "../components/schedule/late";
import { ProposalPanel } from "../components/schedule/proposal";
import { Waiting } from "../components/schedule/waiting";
import "../components/production.css";
import "../components/schedule/schedule.css";

const ZOOMS = { day: 1, week: 7, month: 28, quarter: 91 } as const;
type Zoom = keyof typeof ZOOMS;

interface Shown {
  wish: Wish;
  title: string;
  proposal: ScheduleProposal;
}

export function SchedulePage() {
  const { t, i18n } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const mayChange = useCan("production.schedule.change");
  const [zoom, setZoom] = useState<Zoom>("week");
  const [since, setSince] = useState(format.today);
  const [shown, setShown] = useState<Shown | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const until = addDays(since, ZOOMS[zoom]);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOf(slug, "production.order_operation", "schedule", `${since}–${until}`),
    queryFn: ({ signal }) => fetchSchedule(since, until, signal),
    placeholderData: (before) => before,
  });
  const { data: lateness } = useQuery({
    queryKey: keyOf(slug, "production.order_operation", "lateness", data?.revision ?? ""),
    queryFn: ({ signal }) => fetchLateness(signal),
    enabled: data !== undefined,
    placeholderData: (before) => before,
  });
  const failed = useCallback((failure: unknown) => toast({ text: problemText(failure, said), tone: "bad" }), [said]);
  const over = useCallback((job: Job) => {
    if (job.state === "failed") return toast({ text: job.message || t("schedule.broken"), tone: "bad" });
    void refetch();
    toast(t(job.state === "cancelled" ? "schedule.stopped" : "schedule.over"));
  }, [refetch, t]);
  const run = useSchedulingJob(over, failed);
  const look = useMutation({
    mutationFn: async ({ wish, title }: Omit<Shown, "proposal">) => ({ wish, title, proposal: await propose(wish) }),
    onSuccess: setShown,
    onError: failed,
  });
  const keep = useMutation({
    mutationFn: ({ wish, proposal }: Shown) => propose(wish, proposal.revision),
    onSuccess: () => { setShown(null); void refetch(); },
    onError: (failure) => { setShown(null); failed(failure); void refetch(); },
  });
  const letGo = useMutation({ mutationFn: unfix, onSuccess: () => void refetch(), onError: failed });

  const scale = useMemo(() => {
    const edges = (data?.edges ?? []).map(ms);
    return edges.length > 1 ? scaleOf(edges, hoursOf(edges, data!.centres.flatMap(windowsOf))) : null;
  }, [data]);
  const operations = useMemo(() => new Map(data?.bars.map((row) => [row.id, row])), [data]);
  const bars = useMemo(() => {
    const label = (row: PlannedOperation) => t("schedule.label", { order: row.order.label, name: row.name, product: row.product.name, quantity: format.quantity(row.quantity), unit: row.unit, from: format.moment(row.start), until: format.moment(row.end) });
    const text = (row: PlannedOperation) => `${row.name} · ${row.product.name} · ${format.quantity(row.quantity)}`;
    return barsOf(data?.bars ?? [], shown?.proposal ?? null, mayChange, label, text);
  }, [data, shown, mayChange, t, format]);
  const rows = useMemo<ScheduleRow[]>(() => {
    const found: ScheduleRow[] = (data?.centres ?? []).map((centre) => {
      const load = loadOf(centre);
      return {
        key: String(centre.id), lanes: centre.machines, windows: windowsOf(centre), loads: loadsOf(centre),
        head: <><b className="ell">{centre.label}</b><span className="pr-load"><Bar percent={load * 100} width={48} tone={load > 1 ? "bad" : load > 0.9 ? "warn" : "brand"} /><span className={load > 1 ? "t-bad" : undefined}>{format.percent(String(Math.round(load * 100)))}</span>{centre.machines > 1 && <span className="sub">{t("schedule.machines", { count: centre.machines })}</span>}</span></>,
      };
    });
    if (data?.bars.some((bar) => bar.centre === null)) {
      const all = [[ms(data.edges[0]!), ms(data.edges.at(-1)!)] as const];
      found.push({ key: OUTSIDE, lanes: 1, windows: all, loads: [], head: <b>{t("schedule.outside")}</b> });
    }
    return found;
  }, [data, t, format]);
  const days = useMemo(() => {
    // By the window that is drawn: the one before stands until the new one is there.
    const span = scale?.days ?? 0;
    const day = new Intl.DateTimeFormat(i18n.language === "zh" ? "zh-CN" : "en-GB", span > ZOOMS.month ? { day: "numeric", month: "short", timeZone: "UTC" } : span > ZOOMS.week ? { day: "numeric", weekday: "narrow", timeZone: "UTC" } : { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    const weekday = new Intl.DateTimeFormat(i18n.language === "zh" ? "zh-CN" : "en-GB", { weekday: "narrow", timeZone: "UTC" });
    return Array.from({ length: span }, (_, n) => {
      const key = addDays(data!.since, n);
      const noon = new Date(`${key}T12:00:00Z`);
      const works = data!.centres.some((centre) => (centre.days[n]?.capacity ?? 0) > 0);
      return { key, title: span > ZOOMS.month && n % 7 ? "" : day.format(noon), note: works || span > ZOOMS.week ? "" : t("schedule.off"), short: span > ZOOMS.month ? null : [weekday.format(noon), String(noon.getUTCDate())] as const };
    });
  }, [data, scale, i18n.language, t]);

  const drop = (bar: ScheduleBar, row: string, lane: number, start: number) => {
    const operation = operations.get(bar.key);
    if (!operation || row === OUTSIDE) return;
    setChosen(bar.key);
    look.mutate({ title: operation.order.label, wish: { kind: "move", operation: bar.key, start: new Date(start).toISOString(), work_centre: Number(row), machine: lane + 1 } });
  };
  const picked = chosen === null ? undefined : operations.get(chosen);
  const step = (by: number) => setSince(addDays(since, by * ZOOMS[zoom]));
  return (
    <div className="page pr-schedule">
      <PageHead title={t("schedule.title")}
        after={<span className="pr-window">
          <Button size="small" variant="text" aria-label={t("schedule.previous")} icon={<ChevronLeft size={15} />} onClick={() => step(-1)} />
          {format.day(since)}{ZOOMS[zoom] > 1 && ` – ${format.day(addDays(until, -1))}`}
          <Button size="small" variant="text" aria-label={t("schedule.next")} icon={<ChevronRight size={15} />} onClick={() => step(1)} />
          <Button size="small" onClick={() => setSince(format.today)}>{t("schedule.today")}</Button>
        </span>}
        actions={<>
          {picked?.fixed && picked.status === "waiting" && mayChange && <Button busy={letGo.isPending} onClick={() => letGo.mutate(picked.id)}>{t("schedule.free")}</Button>}
          <Segmented label={t("schedule.zoom")} value={zoom} onChange={setZoom} options={(Object.keys(ZOOMS) as Zoom[]).map((value) => ({ value, label: t(`schedule.${value}`) }))} />
          {mayChange && <Button variant="primary" icon={<RefreshCw size={15} />} busy={run.starting || run.job !== undefined} onClick={run.start}>{t("schedule.plan")}</Button>}
        </>} />
      {run.job && <PlanningProgress job={run.job} stopping={run.stopping} onStop={run.stop} />}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("schedule.failed")} reference={isProblem(error) ? error.requestId : undefined} actions={<Button onClick={() => void refetch()}>{t("schedule.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {data?.centres.length === 0 && <EmptyState title={t("schedule.none")}>{t("schedule.noneWhy")}</EmptyState>}
      {data && data.centres.length > 0 && scale && (
        <Scheduler label={t("schedule.title")} corner={<span title={t("schedule.keys")}>{t("schedule.centre")}</span>} days={days} scale={scale} rows={rows} bars={bars} now={ms(data.now)} chosen={chosen} onChoose={(bar) => setChosen(bar.key)} onDrop={drop} />
      )}
      {shown && <ProposalPanel title={shown.title} operation={shown.wish.kind === "move" ? operations.get(shown.wish.operation) : undefined} proposal={shown.proposal} rush={shown.wish.kind === "rush"} busy={keep.isPending} onKeep={() => keep.mutate(shown)} onBack={() => setShown(null)} />}
      {lateness && lateness.orders.length > 0 && <Late orders={lateness.orders} chosen={picked?.order.id ?? null} />}
      {data && data.waiting.length > 0 && <Waiting orders={data.waiting} mayPlace={mayChange} onRush={(row) => look.mutate({ title: row.order.label, wish: { kind: "rush", orders: [row.order.id] } })} />}
    </div>
  );
}
