/** Figures of quality: yields, ppm, causes, months; and control charts. */
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Segmented } from "@/ui/controls";
import { Bar, Fact, Facts } from "@/ui/figures";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { ChartsTab } from "./charts-tab";
import { fetchFigures, type Figures, type PpmRow } from "./api";
import "./quality.css";

const PERIODS = ["30", "90", "365"] as const;
const daysBefore = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
const percent = (share: string | number): string => `${(Number(share) * 100).toFixed(1)} %`;

export function QualityFiguresPage() {
  const { t } = useTranslation("quality");
  const { slug, today } = useTenant();
  const [tab, setTab] = useState("figures");
  const [days, setDays] = useState<(typeof PERIODS)[number]>("90");
  const since = daysBefore(today, Number(days) - 1);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.inspection", "figures", [since, today]), queryFn: ({ signal }) => fetchFigures(since, today, signal), enabled: tab === "figures" });
  return (
    <div className="page">
      <PageHead title={t("figures.title")} actions={<Segmented label={t("figures.period")} value={days} onChange={setDays} options={PERIODS.map((one) => ({ value: one, label: t("figures.days", { count: Number(one) }) }))} />} />
      <Tabs label={t("figures.title")} value={tab} onChange={setTab} tabs={[{ key: "figures", label: t("figures.tab") }, { key: "charts", label: t("chart.tab") }]} />
      {tab === "charts" ? <ChartsTab since={since} until={today} /> : error ? <ErrorState title={t("failed")} /> : !data ? <GridSkeleton rows={8} /> : <Found data={data} />}
    </div>
  );
}

function Found({ data }: { data: Figures }) {
  const { t } = useTranslation("quality");
  const format = useFormat();
  const empty = data.yields.length + data.suppliers.length + data.causes.length + data.nonconformances.length === 0;
  if (empty) return <EmptyState title={t("figures.none")}>{t("figures.noneWhy")}</EmptyState>;
  const looked = data.suppliers.reduce((sum, row) => sum + row.looked, 0);
  const bad = data.suppliers.reduce((sum, row) => sum + row.bad, 0);
  return (
    <div className="qu-page">
      <Facts kpis>
        <Fact label={t("figures.rolled")} value={data.yields[0] ? percent(data.yields[0].rolled) : "–"} note={data.yields[0]?.product.label} />
        <Fact label={t("figures.incoming")} value={looked ? format.number(String(Math.round((bad * 1_000_000) / looked))) : "–"} note={looked ? t("figures.of", { bad: format.number(String(bad)), looked: format.number(String(looked)) }) : undefined} />
        <Fact label={t("figures.nonconformances")} value={data.nonconformances.reduce((sum, row) => sum + row.count, 0)} />
        {data.cost !== null && <Fact label={t("figures.cost")} value={format.money(data.cost, data.currency)} />}
      </Facts>
      <Months data={data} />
      <div className="qu-two">
        <section>
          <h2>{t("figures.yields")}</h2>
          {data.yields.length === 0 ? <p className="sub">{t("figures.noReports")}</p> : (
            <div className="qu-table">
              <table>
                <thead><tr><th>{t("figures.operation")}</th><th className="num">{t("figures.entered")}</th><th className="num">{t("figures.good")}</th><th className="num">{t("figures.scrap")}</th><th className="num">{t("figures.rework")}</th><th className="num">{t("figures.fpy")}</th></tr></thead>
                <tbody>
                  {data.yields.map((row) => (
                    <Fragment key={row.product.id}>
                      <tr className="qu-head"><td colSpan={5}><EntityLink entity="shared.product" id={row.product.id}>{row.product.label}</EntityLink> <span className="dim">{row.product.name}</span></td><td className="num"><b>{percent(row.rolled)}</b></td></tr>
                      {row.operations.map((step) => (
                        <tr key={step.operation}><td>{step.operation || t("figures.whole")}</td><td className="num">{format.quantity(step.entered)}</td><td className="num">{format.quantity(step.good)}</td><td className="num">{format.quantity(step.scrap)}</td><td className="num">{format.quantity(step.rework)}</td><td className="num"><span className="qu-share"><Bar percent={Number(step.first_pass) * 100} width={56} />{percent(step.first_pass)}</span></td></tr>
                      ))}
                    </Fragment>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
        <Ppm title={t("figures.suppliers")} rows={data.suppliers} entity="shared.party" />
        <Ppm title={t("figures.products")} rows={data.products} entity="shared.product" />
        <Pareto title={t("figures.causes")} rows={data.causes.map((row) => ({ label: row.cause, amount: Number(row.quantity), text: format.quantity(row.quantity) }))} />
        <Pareto title={t(data.cost === null ? "figures.byCount" : "figures.byCost")} rows={data.nonconformances.map((row) => ({ label: row.cause, amount: row.cost === null ? row.count : Number(row.cost), text: row.cost === null ? String(row.count) : format.money(row.cost, data.currency) }))} />
      </div>
    </div>
  );
}

function Ppm({ title, rows, entity }: { title: string; rows: PpmRow[]; entity: string }) {
  const { t } = useTranslation("quality");
  const format = useFormat();
  return (
    <section>
      <h2>{title}</h2>
      {rows.length === 0 ? <p className="sub">{t("figures.noInspections")}</p> : (
        <div className="qu-table">
          <table>
            <thead><tr><th>{t("figures.name")}</th><th className="num">{t("figures.lots")}</th><th className="num">{t("figures.looked")}</th><th className="num">{t("figures.bad")}</th><th className="num">{t("figures.ppm")}</th></tr></thead>
            <tbody>{rows.map((row) => { const of = row.supplier ?? row.product!; return <tr key={of.id}><td><EntityLink entity={entity} id={of.id}>{of.label}</EntityLink></td><td className="num">{t("figures.refused", { refused: row.refused, lots: row.lots })}</td><td className="num">{format.number(String(row.looked))}</td><td className="num">{format.number(String(row.bad))}</td><td className="num"><b>{format.number(String(row.ppm))}</b></td></tr>; })}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Pareto({ title, rows }: { title: string; rows: { label: string | null; amount: number; text: string }[] }) {
  const { t } = useTranslation("quality");
  const all = rows.reduce((sum, row) => sum + row.amount, 0) || 1;
  const most = Math.max(1e-9, ...rows.map((row) => row.amount));
  let together = 0;
  return (
    <section>
      <h2>{title}</h2>
      {rows.length === 0 ? <p className="sub">{t("figures.nothing")}</p> : (
        <div className="qu-pareto">
          {rows.map((row, index) => {
            together += row.amount;
            return <Fragment key={index}><span className="ell">{row.label ?? t("figures.noCause")}</span><i style={{ width: `${(row.amount / most) * 100}%` }} /><b className="num">{row.text}</b><span className="dim num">{Math.round((together / all) * 100)} %</span></Fragment>;
          })}
        </div>
      )}
    </section>
  );
}

const W = 760, H = 120, PAD = 30;

/** First-pass yield as a line, nonconformances as bars, month by month. */
function Months({ data }: { data: Figures }) {
  const { t } = useTranslation("quality");
  const most = Math.max(1, ...data.months.map((one) => one.count));
  const step = (W - 2 * PAD) / data.months.length;
  const x = (index: number) => PAD + step * (index + 0.5);
  const points = data.months.flatMap((one, index) => (one.first_pass === null ? [] : [`${x(index).toFixed(1)},${(14 + (1 - Number(one.first_pass)) * (H - 40)).toFixed(1)}`]));
  return (
    <figure className="qu-chart">
      <figcaption><b>{t("figures.months")}</b> <span className="dim">{t("figures.monthsWhy")}</span></figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t("figures.months")}>
        <line x1={PAD} x2={W - PAD} y1={H - 26} y2={H - 26} stroke="var(--line-strong)" />
        {data.months.map((one, index) => (
          <g key={one.month}>
            <title>{`${one.month.slice(0, 7)}: ${one.count}${one.first_pass === null ? "" : ` · ${percent(one.first_pass)}`}${one.ppm === null ? "" : ` · ${one.ppm} ppm`}`}</title>
            <rect x={x(index) - step * 0.28} width={step * 0.56} y={H - 26 - (one.count / most) * (H - 48)} height={(one.count / most) * (H - 48)} fill="var(--brand)" opacity=".28" />
            {one.count > 0 && <text x={x(index)} y={H - 30 - (one.count / most) * (H - 48)} textAnchor="middle" fontSize="11" fill="var(--text2)">{one.count}</text>}
            <text x={x(index)} y={H - 10} textAnchor="middle" fontSize="11" fill="var(--text3)">{one.month.slice(5, 7)}</text>
          </g>
        ))}
        {points.length > 1 && <polyline points={points.join(" ")} fill="none" stroke="var(--good)" strokeWidth="2" />}
        {points.map((point) => <circle key={point} cx={point.split(",")[0]} cy={point.split(",")[1]} r="3" fill="var(--good)" />)}
      </svg>
    </figure>
  );
}
