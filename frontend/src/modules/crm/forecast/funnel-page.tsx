/** Where deals get stuck and where they are lost: conversion from stage to stage, days in each, months beside each
 *  other, and what losses are said to be for. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { DayInput } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import { useEntity, useTenant } from "@/platform/session/session";
import { Bar, Box, Fact, Facts } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchFunnel, type Conversion, type Funnel } from "./api";
import { shifted } from "./period";
import "./forecast.css";

const WITHIN = [30, 60, 90, 180, 365];
const whole = (rate: string | null): string => (rate === null ? "–" : `${Math.round(Number(rate) * 100)} %`);
/** How much of the brand's colour lies under a rate, 0–36 %. */
const tint = (rate: string | null) => ({ background: rate ? `color-mix(in srgb, var(--brand) ${Math.round(36 * Number(rate))}%, transparent)` : undefined });

export function FunnelPage() {
  const { t } = useTranslation("forecast");
  const { t: said } = useTranslation("records");
  const { slug, today } = useTenant();
  const pipelines = useEntity("crm.pipeline");
  const [pipeline, setPipeline] = useState<number | undefined>();
  const [since, setSince] = useState(() => `${shifted(today.slice(0, 7), -11)}-01`);
  const [until, setUntil] = useState(today);
  const [within, setWithin] = useState(90);
  const query = { pipeline, since, until, within };
  const { data: choices } = useQuery({ queryKey: keyOf(slug, "crm.pipeline", "list", "funnel"), queryFn: ({ signal }) => fetchPage(pipelines!, { is_active: true, limit: 100 }, signal), enabled: pipelines !== undefined });
  const { data, error } = useQuery({ queryKey: keyOf(slug, "crm.opportunity", "funnel", [query]), queryFn: ({ signal }) => fetchFunnel(query, signal), placeholderData: keepPreviousData });
  const rows = choices?.results ?? [];
  return (
    <div className="page">
      <PageHead title={t("funnel")} />
      <div className="fc-bar">
        {rows.length > 1 && <select className="input" aria-label={t("pipeline")} value={pipeline ?? data?.pipeline.id ?? ""} onChange={(event) => setPipeline(Number(event.target.value))}>{rows.map((row) => <option key={row.id} value={String(row.id)}>{String(row.name)}</option>)}</select>}
        <span className="fc-day"><DayInput aria-label={t("since")} value={since} max={until} onChange={(day) => { if (day) setSince(day); }} /></span>
        <span className="fc-day"><DayInput aria-label={t("until")} value={until} min={since} onChange={(day) => { if (day) setUntil(day); }} /></span>
        <select className="input" aria-label={t("within")} value={within} onChange={(event) => setWithin(Number(event.target.value))}>{WITHIN.map((days) => <option key={days} value={days}>{t("withinDays", { count: days })}</option>)}</select>
      </div>
      {error && !data ? <ErrorState title={t("funnelFailed")}>{problemText(error, said)}</ErrorState> : !data ? <GridSkeleton rows={8} /> : <Shown data={data} />}
    </div>
  );
}

function Shown({ data }: { data: Funnel }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  if (data.stages.every((one) => one.entered === 0)) return <EmptyState title={t("noDeals")}>{t("noDealsWhy")}</EmptyState>;
  const { closed } = data;
  return (
    <>
      <Facts>
        <Fact label={t("winRate")} value={whole(closed.rate)} note={t("wonLost", { won: closed.won, lost: closed.lost })} />
        <Fact label={t("cycle")} value={closed.cycle === null ? "–" : t("days", { count: Math.round(Number(closed.cycle)) })} note={t("cycleWhy")} />
        <Fact label={t("nowOpen")} value={data.open.count} note={format.money(data.open.amount)} />
        <Fact label={t("velocity")} value={data.velocity === null ? "–" : format.money(data.velocity)} note={t("velocityWhy")} />
      </Facts>
      <div className="fc">
        <div className="fc-main"><Stages data={data} /><Months data={data} /></div>
        <div className="fc-side">{data.losses.length > 0 && <Box title={t("losses")}><Losses data={data} /></Box>}</div>
      </div>
    </>
  );
}

function Stages({ data }: { data: Funnel }) {
  const { t } = useTranslation("forecast");
  const most = Math.max(...data.stages.map((one) => one.entered), 1);
  const worst = lowest(data.stages);
  return (
    <ol className="fu" aria-label={t("stages")}>
      {data.stages.map((one, index) => (
        <li key={one.id}>
          <span className="fu-name"><b>{one.label}</b><small className="dim">{one.days === null ? "" : t("medianDays", { days: Math.round(Number(one.days)) })}</small></span>
          <span className="fu-bar"><i style={{ width: `${(one.entered / most) * 100}%` }}><b className="num">{one.entered}</b></i></span>
          <span className={`fu-rate num ${index === worst ? "t-bad" : ""}`}>{whole(one.rate)}<small className="dim">{one.young > 0 ? t("young", { count: one.young }) : t("goOn")}</small></span>
        </li>
      ))}
    </ol>
  );
}

/** The stage that the fewest leave upwards, where enough were in it to say so. */
function lowest(stages: readonly Conversion[]): number {
  let found = -1;
  stages.forEach((one, index) => {
    if (one.rate === null || one.entered - one.young < 10) return;
    if (found < 0 || Number(one.rate) < Number(stages[found]!.rate)) found = index;
  });
  return found;
}

function Months({ data }: { data: Funnel }) {
  const { t } = useTranslation("forecast");
  return (
    <div className="fc-scroll">
      <table className="fc-list fu-months">
        <caption>{t("monthsOf")}</caption>
        <thead><tr><th>{t("month")}</th>{data.stages.map((one) => <th key={one.id} className="num">{one.label}</th>)}<th className="num">{t("won")}</th><th className="num">{t("winRate")}</th><th className="num">{t("cycle")}</th></tr></thead>
        <tbody>
          {data.months.map((one) => (
            <tr key={one.month}>
              <th scope="row">{one.month.slice(0, 7)}</th>
              {one.stages.map((stage, index) => <td key={index} className="num" style={tint(stage.rate)} title={t("entered", { count: stage.entered })}>{whole(stage.rate)}</td>)}
              <td className="num">{one.closed.won}</td>
              <td className="num">{whole(one.closed.rate)}</td>
              <td className="num">{one.closed.cycle === null ? "–" : Math.round(Number(one.closed.cycle))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Losses({ data }: { data: Funnel }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  const most = Math.max(...data.losses.map((one) => Number(one.amount)), 1);
  return (
    <ul className="fu-losses">
      {data.losses.map((one) => (
        <li key={one.reason}>
          <span className="row"><span className="grow">{one.reason || t("otherWords")}</span><span className="num dim">{one.count}</span></span>
          <span className="row"><Bar percent={(Number(one.amount) / most) * 100} width="100%" tone="bad" /><span className="num fu-sum">{format.amount(one.amount, 0)}</span></span>
        </li>
      ))}
    </ul>
  );
}
