/** Effectiveness of the work centres, and what was lost for which reason, the greatest first. */
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Bar } from "@/ui/figures";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchLosses, type CentreLoss } from "../api/losses";
import "../floor/board.css";

const PERIODS = [1, 7, 30, 90] as const;
const SHARES = ["availability", "performance", "quality"] as const;

const daysBefore = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
const percent = (share: string | null): string => (share === null ? "" : `${(Number(share) * 100).toFixed(1)} %`);

/** Each reason with its part, and what it makes with those before it. */
export function pareto<T>(rows: readonly T[], amount: (row: T) => number): { row: T; share: number; together: number }[] {
  const all = rows.reduce((sum, row) => sum + amount(row), 0) || 1;
  let together = 0;
  return rows.map((row) => {
    const share = amount(row) / all;
    together += share;
    return { row, share, together };
  });
}

function Pareto({ title, none, rows }: { title: string; none: string; rows: { reason: string; amount: number; text: string }[] }) {
  const found = pareto(rows, (row) => row.amount);
  const most = found[0]?.share ?? 1;
  return (
    <section>
      <h2>{title}</h2>
      {rows.length === 0 ? <p className="sub">{none}</p> : (
        <div className="fo-pareto">
          {found.map(({ row, share, together }) => <Fragment key={row.reason}><span className="ell">{row.reason}</span><i style={{ width: `${(share / most) * 100}%` }} /><b className="num">{row.text}</b><span className="dim num">{Math.round(together * 100)} %</span></Fragment>)}
        </div>
      )}
    </section>
  );
}

function Line({ row }: { row: CentreLoss }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const hours = (minutes: string) => t("losses.hours", { hours: (Number(minutes) / 60).toFixed(1) });
  return (
    <tr>
      <td><b>{row.name}</b></td>
      <td className="num">{hours(row.planned)}</td>
      <td className="num">{hours(row.run)}</td>
      <td className={`num ${Number(row.down) > 0 ? "t-bad" : "dim"}`}>{hours(row.down)}</td>
      <td className="num">{t("floor.of", { done: format.quantity(row.good), quantity: format.quantity(row.total) })}</td>
      {row.error ? (
        <td colSpan={4} className="t-bad">{row.error.text} {row.error.record && <EntityLink entity={row.error.record.entity} id={row.error.record.id}>{row.error.record.label}</EntityLink>}</td>
      ) : (
        <>
          {SHARES.map((share) => <td key={share} className="num">{row[share] === null ? <span className="dim">—</span> : percent(row[share])}</td>)}
          <td className="num">{row.oee === null ? <span className="dim">—</span> : <span className="fo-share"><Bar percent={Number(row.oee) * 100} width={72} label={t("losses.oee")} /><b>{percent(row.oee)}</b></span>}</td>
        </>
      )}
    </tr>
  );
}

export function LossesPage() {
  const { t } = useTranslation("production");
  const format = useFormat();
  const { slug, today } = useTenant();
  const [days, setDays] = useState<string>("7");
  const since = daysBefore(today, Number(days) - 1);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.losses", since, today), queryFn: ({ signal }) => fetchLosses(since, today, signal) });
  return (
    <div className="page">
      <PageHead title={t("losses.title")} />
      <Tabs label={t("losses.period")} value={days} onChange={setDays} tabs={PERIODS.map((period) => ({ key: String(period), label: t("losses.days", { count: period }) }))} />
      {error ? <ErrorState title={t("losses.failed")} /> : !data ? <GridSkeleton rows={7} /> : data.results.length === 0 ? <EmptyState title={t("floor.noCentres")}>{t("floor.noCentresWhy")}</EmptyState> : (
        <div className="fo">
          <div className="fo-table">
            <table>
              <thead><tr><th>{t("losses.centre")}</th><th className="num">{t("losses.planned")}</th><th className="num">{t("losses.run")}</th><th className="num">{t("losses.down")}</th><th className="num">{t("losses.good")}</th>{SHARES.map((share) => <th key={share} className="num">{t(`losses.${share}`)}</th>)}<th className="num">{t("losses.oee")}</th></tr></thead>
              <tbody>{data.results.map((row) => <Line key={row.id} row={row} />)}</tbody>
            </table>
          </div>
          <div className="fo-two">
            <Pareto title={t("losses.downtime")} none={t("losses.noDowntime")} rows={data.downtime.map((one) => ({ reason: one.reason, amount: Number(one.minutes), text: t("floor.minutes", { minutes: Math.round(Number(one.minutes)) }) }))} />
            <Pareto title={t("losses.scrap")} none={t("losses.noScrap")} rows={data.scrap.map((one) => ({ reason: one.reason, amount: Number(one.quantity), text: format.quantity(one.quantity) }))} />
          </div>
        </div>
      )}
    </div>
  );
}
