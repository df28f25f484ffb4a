/** The forecast of a month or quarter: what is won, what somebody counts on, what the odds say; over the team, deal by
 *  deal, and how far earlier forecasts of the same days were off. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { updateRecord } from "@/platform/records/api";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Segmented } from "@/ui/controls";
import { Box, Fact, Facts } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { CATEGORIES, fetchEarlier, fetchForecast, fetchTrust, type Category, type Forecast, type ForecastDeal } from "./api";
import { periodOf, shifted, spanOf, type Span } from "./period";
import { Earlier, HowMade } from "./trust";
import "./forecast.css";

export function ForecastPage() {
  const { t } = useTranslation("forecast");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug, today } = useTenant();
  const [period, setPeriod] = useState(() => periodOf(today, "quarter"));
  const [member, setMember] = useState<number | null>(null);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "crm.opportunity", "forecast", [period]), queryFn: ({ signal }) => fetchForecast(period, signal), placeholderData: keepPreviousData });
  const { data: earlier } = useQuery({ queryKey: keyOf(slug, "crm.opportunity", "forecast", ["then", period]), queryFn: ({ signal }) => fetchEarlier(period, signal) });
  const { data: trust } = useQuery({ queryKey: keyOf(slug, "crm.opportunity", "forecast", ["trust"]), queryFn: ({ signal }) => fetchTrust(signal) });
  const span = spanOf(period);
  const go = (to: string) => { setMember(null); setPeriod(to); };
  return (
    <div className="page">
      <PageHead title={t("title")} after={data && <span className="dim">{format.day(data.since)} – {format.day(data.until)} · {data.currency}</span>}
        actions={<>
          <Segmented<Span> label={t("span")} value={span} onChange={(to) => { if (to !== span) go(periodOf(data?.since ?? today, to)); }} options={[{ value: "month", label: t("month") }, { value: "quarter", label: t("quarter") }]} />
          <Button icon={<ChevronLeft size={15} />} aria-label={t("before")} onClick={() => go(shifted(period, -1))} />
          <b className="fc-period num">{period}</b>
          <Button icon={<ChevronRight size={15} />} aria-label={t("after")} onClick={() => go(shifted(period, 1))} />
        </>} />
      {error && !data ? <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState> : !data ? <GridSkeleton rows={8} /> : (
        <>
          <Facts>
            <Fact label={t("won")} value={format.money(data.total.won)} />
            <Fact label={t("commit")} value={format.money(data.total.commit)} note={t("commitWhy")} />
            <Fact label={t("best")} value={format.money(data.total.best)} note={t("bestWhy")} />
            <Fact label={t("weighted")} value={format.money(data.total.weighted)} note={t("weightedWhy")} />
            <Fact label={t("open")} value={data.deal_count} note={[data.overdue > 0 && t("overdue", { count: data.overdue }), data.undated > 0 && t("undated", { count: data.undated })].filter(Boolean).join(" · ")} noteTone={data.overdue > 0 ? "bad" : undefined} />
          </Facts>
          <div className="fc">
            <div className="fc-main">
              {data.members.length === 0 ? <EmptyState inline title={t("none")}>{t("noneWhy")}</EmptyState> : <Members data={data} chosen={member} choose={setMember} />}
              {data.deals.length > 0 && <Deals data={data} owner={member} />}
            </div>
            <div className="fc-side">
              {earlier && earlier.snapshots.length > 0 && <Box title={t("then")}><Earlier data={earlier} /></Box>}
              {trust && <Box title={t("how")}><HowMade trust={trust} /></Box>}
            </div>
          </div>
        </>
      )}
    </div>
  );
}

function Members({ data, chosen, choose }: { data: Forecast; chosen: number | null; choose: (member: number | null) => void }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  return (
    <div className="fc-scroll">
      <table className="fc-list">
        <caption className="sr">{t("byMember")}</caption>
        <thead><tr><th>{t("member")}</th><th className="num">{t("deals")}</th><th className="num">{t("won")}</th><th className="num">{t("commit")}</th><th className="num">{t("best")}</th><th className="num">{t("weighted")}</th></tr></thead>
        <tbody>
          {data.members.map((line) => {
            const shown = line.reports ? line.team : line.own;
            return (
              <tr key={line.member?.id ?? 0} className={line.member && chosen === line.member.id ? "on" : undefined}>
                <th scope="row" style={{ paddingLeft: 16 + line.depth * 20 }}>
                  {line.member ? <button type="button" className="link" aria-pressed={chosen === line.member.id} onClick={() => choose(chosen === line.member!.id ? null : line.member!.id)}>{line.member.label}</button> : t("nobody")}
                  {line.reports && <small className="dim">{t("withTeam")}</small>}
                </th>
                <td className="num">{shown.deals}</td>
                <td className="num">{format.amount(shown.won)}</td>
                <td className="num">{format.amount(shown.commit)}</td>
                <td className="num">{format.amount(shown.best)}</td>
                <td className="num"><b>{format.amount(shown.weighted)}</b></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Deals({ data, owner }: { data: Forecast; owner: number | null }) {
  const { t } = useTranslation("forecast");
  const format = useFormat();
  const { today } = useTenant();
  const rows = data.deals.filter((deal) => owner === null || deal.owner?.id === owner);
  return (
    <div className="fc-scroll">
      <table className="fc-list">
        <caption>{t("dealsOf", { count: rows.length })}{data.deal_count > data.deals.length && <small className="dim"> · {t("largest", { count: data.deals.length, all: data.deal_count })}</small>}</caption>
        <thead><tr><th>{t("customer")}</th><th>{t("deal")}</th><th>{t("owner")}</th><th>{t("stage")}</th><th>{t("close")}</th><th>{t("category")}</th><th className="num">{t("chance")}</th><th className="num">{t("amount")}</th></tr></thead>
        <tbody>
          {rows.map((deal) => (
            <tr key={deal.id}>
              <td className="ell"><EntityLink entity="shared.party" id={deal.party.id}>{deal.party.label}</EntityLink></td>
              <td className="ell"><EntityLink entity="crm.opportunity" id={deal.id}>{deal.name}</EntityLink></td>
              <td className="sub">{deal.owner?.label ?? t("nobody")}</td>
              <td className="sub">{deal.stage}</td>
              <td className={deal.expected_close && deal.expected_close < today ? "t-bad" : "sub"}>{deal.expected_close ? format.day(deal.expected_close) : "–"}</td>
              <td><CategoryOf deal={deal} /></td>
              <td className="num">{format.percent(String(Number(deal.probability) * 100), 0)}</td>
              <td className="num">{format.amount(deal.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What its stage says, unless somebody says otherwise. */
function CategoryOf({ deal }: { deal: ForecastDeal }) {
  const { t } = useTranslation("forecast");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const entity = useEntity("crm.opportunity");
  const may = useCan("crm.opportunity.edit");
  const change = useMutation({
    mutationFn: (category: Category | "") => updateRecord(entity!, deal.id, deal.version, { category }),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(slug, "crm.opportunity") }),
  });
  if (!may || !entity) return <span className="sub">{t(`in.${deal.category}`)}</span>;
  return (
    <select className={`fc-cat ${deal.own_category ? "" : "dim"}`} aria-label={t("categoryOf", { deal: deal.name })} disabled={change.isPending} value={deal.own_category ? deal.category : ""} onChange={(event) => change.mutate(event.target.value as Category | "")}>
      <option value="">{deal.own_category ? t("byStage") : t(`in.${deal.category}`)}</option>
      {CATEGORIES.filter((one) => deal.own_category || one !== deal.category).map((one) => <option key={one} value={one}>{t(`in.${one}`)}</option>)}
    </select>
  );
}
