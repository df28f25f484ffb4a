/** Control charts of one characteristic, with how well the process fits its limits and what the marks mean. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Fact, Facts } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchCharacteristics, fetchCharts, fixLimits, freeLimits, type Charts } from "./api";
import { ControlChartFigure } from "./control-chart";

export function ChartsTab({ since, until }: { since: string; until: string }) {
  const { t } = useTranslation("quality");
  const { slug } = useTenant();
  const [chosen, setChosen] = useState<number | null>(null);
  const { data: known, error } = useQuery({ queryKey: keyOf(slug, "production.inspection", "characteristics"), queryFn: ({ signal }) => fetchCharacteristics(signal) });
  const of = chosen ?? known?.characteristics[0]?.id ?? null;
  const { data } = useQuery({ queryKey: keyOf(slug, "production.inspection", "charts", [of, since, until]), queryFn: ({ signal }) => fetchCharts(of!, since, until, signal), enabled: of !== null });
  if (error) return <ErrorState title={t("failed")} />;
  if (!known) return <GridSkeleton rows={6} />;
  if (of === null) return <EmptyState title={t("chart.none")}>{t("chart.noneWhy")}</EmptyState>;
  return (
    <div className="qu-page">
      <div className="qu-pick"><SelectField label={t("chart.of")} value={String(of)} onChange={(event) => setChosen(Number(event.target.value))} options={known.characteristics.map((one) => ({ value: String(one.id), label: `${one.label} · ${one.plan}` }))} /></div>
      {!data ? <GridSkeleton rows={6} /> : data.charts.length === 0 ? <EmptyState inline title={t("chart.few")}>{t("chart.fewWhy")}</EmptyState> : <><Limits data={data} since={since} until={until} /><Found data={data} /></>}
    </div>
  );
}

/** Whether the limits follow what is shown or were fixed from a base period, which is said. */
function Limits({ data, since, until }: { data: Charts; since: string; until: string }) {
  const { t } = useTranslation("quality");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const may = useCan("production.inspection_plan.update");
  const of = data.characteristic.id;
  const act = useMutation({
    mutationFn: (free: boolean) => (free ? freeLimits(of) : fixLimits(of, since, until)),
    onError: (problem) => toast({ tone: "bad", text: problemText(problem, said) }),
    onSettled: () => void client.invalidateQueries({ queryKey: keyOf(slug, "production.inspection", "charts") }),
  });
  return (
    <p className="qu-limits">
      <span className="sub">{data.base ? t("limits.fixed", { since: format.day(data.base.since), until: format.day(data.base.until), count: data.base.samples }) : t("limits.follow")}</span>
      {may && (data.base ? <Button size="small" busy={act.isPending} onClick={() => act.mutate(true)}>{t("limits.free")}</Button> : <Button size="small" busy={act.isPending} onClick={() => act.mutate(false)}>{t("limits.fix", { since: format.day(since), until: format.day(until) })}</Button>)}
    </p>
  );
}

function Found({ data }: { data: Charts }) {
  const { t } = useTranslation("quality");
  const format = useFormat();
  const { readings } = data;
  const signals = data.charts.flatMap((chart) => chart.points.filter((point) => point.tests.length > 0).map((point) => ({ chart: chart.kind, point })));
  return (
    <>
      {readings && (
        <Facts>
          <Fact label={t("chart.readings")} value={format.number(String(readings.count))} note={readings.size > 1 ? t("chart.ofSize", { size: readings.size }) : undefined} />
          <Fact label={t("chart.mean")} value={`${format.quantity(readings.mean)} ${readings.unit}`} note={`${format.quantity(readings.low)} – ${format.quantity(readings.high)}`} />
          <Fact label="σ" value={format.quantity(readings.sigma)} />
          {readings.cp !== null && <Fact label={t("chart.cp")} value={readings.cp} tone={Number(readings.cp) < 1 ? "bad" : undefined} />}
          {readings.cpk !== null && <Fact label={t("chart.cpk")} value={readings.cpk} tone={Number(readings.cpk) < 1 ? "bad" : Number(readings.cpk) < 1.33 ? "warn" : "good"} />}
        </Facts>
      )}
      {data.charts.map((chart, index) => <ControlChartFigure key={chart.kind} chart={chart} {...(index === 0 && readings ? { lower: readings.lower, upper: readings.upper } : {})} />)}
      {data.left_out > 0 && <p className="sub">{t("chart.leftOut", { count: data.left_out })}</p>}
      {signals.length > 0 && (
        <section>
          <h2>{t("chart.what")}</h2>
          <ul className="qu-rows">
            {signals.map(({ chart, point }, index) => (
              <li key={index}>
                <EntityLink entity="production.inspection" id={point.inspection.id}>{point.inspection.label}</EntityLink>
                <span className="sub">{point.lot}</span>
                <span className="dim">{t(`chart.${chart}`)}</span>
                <span className="grow">{point.tests.map((test) => `${test}: ${t(`test.${test}`)}`).join(t("stop"))}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
