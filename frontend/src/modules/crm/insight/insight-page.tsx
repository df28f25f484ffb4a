/** Who our customers are by how they order: the map of recency and standing, segments, who comes back, who to call. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchInsight, type Insight, type Segment } from "./api";
import "./insight.css";

const share = (part: number, whole: number): string => (whole ? `${Math.round((part / whole) * 100)} %` : "");
const monthOf = (day: string): string => day.slice(2, 7);
/** How much of the brand's colour lies under a figure, 0–70 %. */
const tint = (part: number, most: number) => ({ background: most && part ? `color-mix(in srgb, var(--brand) ${Math.round(10 + (60 * part) / most)}%, transparent)` : undefined });

function Segments({ data, chosen, choose }: { data: Insight; chosen: Segment | ""; choose: (segment: Segment | "") => void }) {
  const { t } = useTranslation("insight");
  const format = useFormat();
  return (
    <ul className="in-segments">
      {data.segments.map(({ segment, count, value, ahead }) => (
        <li key={segment}>
          <button type="button" aria-pressed={chosen === segment} disabled={count === 0} onClick={() => choose(chosen === segment ? "" : segment)}>
            <span className="row"><b>{t(`segment.${segment}`)}</b><span className="grow" /><b>{count}</b></span>
            <small>{t(`why.${segment}`)}</small>
            <small>{t("inYear", { amount: format.money(value) })}{ahead !== null && <> · {t("expected", { amount: format.money(ahead) })}</>}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function RfmMap({ data }: { data: Insight }) {
  const { t } = useTranslation("insight");
  const most = Math.max(...data.map.flat());
  return (
    <table className="in-grid in-map">
      <caption>{t("map")}</caption>
      <tbody>
        {data.map.map((row, n) => (
          <tr key={n}>
            <th scope="row">{5 - n}</th>
            {row.map((count, k) => <td key={k} style={tint(count, most)}>{count || ""}</td>)}
          </tr>
        ))}
      </tbody>
      <tfoot><tr><th /><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td></tr></tfoot>
    </table>
  );
}

function Cohorts({ data }: { data: Insight }) {
  const { t } = useTranslation("insight");
  const months = data.cohorts.length;
  return (
    <div className="in-scroll">
      <table className="in-grid">
        <caption>{t("cohorts")}</caption>
        <thead><tr><th>{t("first")}</th><th className="num">{t("count")}</th>{Array.from({ length: months - 1 }, (_, n) => <th key={n} className="num">{n + 1}</th>)}</tr></thead>
        <tbody>
          {data.cohorts.map(({ month, kept }) => (
            <tr key={month}>
              <th scope="row">{monthOf(month)}</th>
              <td className="num">{kept[0]}</td>
              {kept.slice(1).map((count, n) => <td key={n} className="num" style={tint(count, kept[0] ?? 0)}>{share(count, kept[0] ?? 0)}</td>)}
            </tr>
          ))}
          <tr>
            <th scope="row">{t("retention")}</th><td />
            {data.retention.slice(1).map(({ month, share: kept }) => <td key={month} className="num sub" title={monthOf(month)}>{kept === null ? "–" : `${Math.round(Number(kept) * 100)} %`}</td>)}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Top({ data }: { data: Insight }) {
  const { t } = useTranslation("insight");
  const format = useFormat();
  return (
    <div className="in-scroll">
      <table className="in-list">
        <thead><tr><th>{t("customer")}</th><th>{t("segmentHead")}</th><th>{t("owner")}</th><th className="num">{t("days")}</th><th className="num">{t("orders")}</th><th className="num">{t("value")}</th><th className="num">{t("rfm")}</th><th className="num">{t("alive")}</th><th className="num">{t("ahead")}</th></tr></thead>
        <tbody>
          {data.top.map((one) => (
            <tr key={one.customer.id}>
              <td><EntityLink entity="shared.party" id={one.customer.id}>{one.customer.label}</EntityLink></td>
              <td>{t(`segment.${one.segment}`)}</td>
              <td className="sub">{one.owner}</td>
              <td className="num">{one.days}</td>
              <td className="num">{one.orders}</td>
              <td className="num">{format.money(one.value)}</td>
              <td className="num">{one.recency}{one.frequency}{one.monetary}</td>
              <td className="num">{one.alive === null ? "–" : `${Math.round(Number(one.alive) * 100)} %`}</td>
              <td className="num">{one.ahead === null ? "–" : format.money(one.ahead)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function InsightPage() {
  const { t } = useTranslation("insight");
  const format = useFormat();
  const { slug } = useTenant();
  const [segment, setSegment] = useState<Segment | "">("");
  const { data, error } = useQuery({ queryKey: keyOf(slug, "shared.sales_order", "insight", segment), queryFn: ({ signal }) => fetchInsight(segment, signal), placeholderData: keepPreviousData });
  return (
    <div className="page">
      <PageHead title={t("title")} />
      {error && !data ? <ErrorState title={t("failed")} /> : !data ? <GridSkeleton rows={8} /> : data.customers === 0 ? <EmptyState title={t("none")}>{t("noneWhy")}</EmptyState> : (
        <div className="in">
          <Segments data={data} chosen={segment} choose={setSegment} />
          <section><h2 className="strong">{segment ? t(`segment.${segment}`) : t("all", { count: data.customers })}</h2><Top data={data} /></section>
          <div className="in-two"><RfmMap data={data} /><Cohorts data={data} /></div>
          <p className="sub">{data.model ? t("model", { day: format.day(data.model.fitted_on), customers: data.model.customers, again: data.model.came_again }) : t("noModel")} {t("how")}</p>
        </div>
      )}
    </div>
  );
}
