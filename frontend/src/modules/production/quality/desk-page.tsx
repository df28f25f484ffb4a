/** The quality desk: what waits to be looked at, what is refused, what is undecided, what is due, how it goes. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Box, Fact, Facts, Spark } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";
import { fetchDesk, fetchFigures, type DeskInspection, type Part } from "./api";
import "./quality.css";

const SEVERITY: Record<string, StatusKind> = { minor: "open", major: "warn", critical: "late" };

function List<T extends { id: number }>({ title, part, none, row }: { title: string; part: Part<T> | null; none: string; row: (one: T) => ReactNode }) {
  const { t } = useTranslation("quality");
  if (part === null) return null;
  return (
    <Box title={<>{title} <span className="dim">{part.count}</span></>}>
      {part.count === 0 && <p className="qu-none dim">{none}</p>}
      <ul className="qu-rows">{part.results.map((one) => <li key={one.id}>{row(one)}</li>)}</ul>
      {part.count > part.results.length && <p className="qu-none dim">{t("desk.more", { count: part.count - part.results.length })}</p>}
    </Box>
  );
}

export function QualityDeskPage() {
  const { t } = useTranslation("quality");
  const format = useFormat();
  const { slug, today } = useTenant();
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.inspection", "desk"), queryFn: ({ signal }) => fetchDesk(signal) });
  const since = `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`;
  const { data: figures } = useQuery({ queryKey: keyOf(slug, "production.inspection", "figures", [since, today]), queryFn: ({ signal }) => fetchFigures(since, today, signal) });
  if (error && !data) return <div className="page"><PageHead title={t("desk.title")} /><ErrorState title={t("failed")} /></div>;
  if (!data) return <div className="page"><PageHead title={t("desk.title")} /><GridSkeleton rows={8} /></div>;
  const late = (data.actions?.results ?? []).filter((one) => one.status === "open" && one.due_on < data.today).length;
  const months = figures?.months ?? [];
  const ppm = months.filter((one) => one.ppm !== null);
  const passed = months.filter((one) => one.first_pass !== null);
  const inspection = (one: DeskInspection) => (
    <>
      <EntityLink entity="production.inspection" id={one.id}>{one.number}</EntityLink>
      <span className="ell grow"><b>{one.product.label}</b> {one.product.name}</span>
      {one.lot && <span className="sub">{one.lot}</span>}
      {one.severity !== "normal" && <Status kind={one.severity === "stopped" ? "late" : one.severity === "tightened" ? "warn" : "draft"}>{t(`severity.${one.severity}`)}</Status>}
      {one.held && <Status kind="hold">{t("desk.held")}</Status>}
      <span className="dim">{one.supplier || one.source}</span>
      <span className="num">{t("desk.sample", { size: format.number(String(one.sample_size)), quantity: format.quantity(one.quantity) })}</span>
      <span className="dim">{format.moment(one.since)}</span>
    </>
  );
  return (
    <div className="page">
      <PageHead title={t("desk.title")} />
      <div className="qu-page">
        <Facts kpis>
          {data.waiting && <Fact label={t("desk.waiting")} value={data.waiting.count} />}
          {data.refused && <Fact label={t("desk.refused")} value={data.refused.count} tone={data.refused.count > 0 ? "warn" : undefined} />}
          {data.nonconformances && <Fact label={t("desk.open")} value={data.nonconformances.count} />}
          {data.actions && <Fact label={t("desk.actions")} value={data.actions.count} note={late > 0 ? t("desk.late", { count: late }) : undefined} noteTone="bad" />}
          <Fact label={t("desk.ppm")} value={ppm.length ? format.number(String(ppm.at(-1)!.ppm)) : "–"} note={ppm.length ? format.day(ppm.at(-1)!.month) : undefined}><Spark data={ppm.map((one) => one.ppm ?? 0)} tone="bad" /></Fact>
          <Fact label={t("desk.first")} value={passed.length ? `${(Number(passed.at(-1)!.first_pass) * 100).toFixed(1)} %` : "–"} note={passed.length ? format.day(passed.at(-1)!.month) : undefined}><Spark data={passed.map((one) => Number(one.first_pass))} tone="good" /></Fact>
        </Facts>
        <div className="qu-two">
          <List title={t("desk.waiting")} part={data.waiting} none={t("desk.nothingWaits")} row={inspection} />
          <List title={t("desk.refused")} part={data.refused} none={t("desk.nothingRefused")} row={inspection} />
          <List title={t("desk.open")} part={data.nonconformances} none={t("desk.nothingOpen")} row={(one) => (
            <>
              <EntityLink entity="production.nonconformance" id={one.id}>{one.number}</EntityLink>
              <span className="ell grow"><b>{one.title}</b> <span className="dim">{one.product.label}</span></span>
              <Status kind={SEVERITY[one.severity] ?? "open"}>{t(`severity.${one.severity}`)}</Status>
              <span className="dim">{one.customer || t(`origin.${one.origin}`)}</span>
              <span className="num">{t("desk.left", { left: format.quantity(one.left), quantity: format.quantity(one.quantity) })}</span>
              <span className={one.due_on && one.due_on < data.today ? "t-bad" : "dim"}>{format.near(one.due_on)}</span>
              <span className="dim">{one.owner}</span>
            </>
          )} />
          <List title={t("desk.actions")} part={data.actions} none={t("desk.nothingDue")} row={(one) => (
            <>
              <EntityLink entity="production.corrective_action" id={one.id}>{one.number}</EntityLink>
              <span className="ell grow"><b>{one.title}</b> <span className="dim">{one.nonconformance}</span></span>
              <Status kind={one.status === "done" ? "hold" : "open"}>{t(one.status === "done" ? "desk.verify" : `kind.${one.kind}`)}</Status>
              <span className={one.status === "open" && one.due_on < data.today ? "t-bad" : "dim"}>{format.near(one.due_on)}</span>
              <span className="dim">{one.owner}</span>
            </>
          )} />
        </div>
      </div>
    </div>
  );
}
