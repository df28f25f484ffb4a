/** The shop floor at a glance: who calls, what stands still, what runs. Calls first, live. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Siren, Wrench } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useChanges } from "@/platform/realtime/realtime";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { act, fetchBoard, type CentreState } from "../api/terminal";
import "../floor/board.css";

const EVERY = 30_000;

function useMinute(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** What hurts most stands first: a call that nobody answers, a machine that stands, a call that is answered. */
const rank = (centre: CentreState) => (centre.calls.some((call) => call.status === "open") ? 0 : centre.downtimes.length ? 1 : centre.calls.length ? 2 : centre.running ? 3 : 4);

function Centre({ centre, now, onAct }: { centre: CentreState; now: number; onAct: (body: object) => void }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const mayAnswer = useCan("production.call.answer");
  const since = (at: string) => t("floor.minutes", { minutes: Math.max(0, Math.floor((now - Date.parse(at)) / 60_000)) });
  const kind = centre.calls.some((call) => call.status === "open") || centre.downtimes.length ? "bad" : centre.calls.length ? "warn" : "";
  return (
    <li className={`fb-card ${kind}`}>
      <div className="row"><b className="ell">{centre.name}</b><span className="grow" /><span className="row sub">{centre.running > 0 ? <><Mark kind="prog" share={0.6} />{t("floor.runs", { count: centre.running })}</> : <><Mark kind="draft" />{t("floor.idle")}</>}</span></div>
      {centre.calls.map((call) => (
        <div key={call.id} className={`fb-call ${call.status === "open" ? "bad" : ""}`} role="status">
          <Siren size={18} aria-hidden /><span className="grow"><b>{call.reason}</b> {since(call.called_at)}{call.caller && ` · ${call.caller}`}{call.answered_by && <><br /><span className="sub">{t("floor.comesNow", { name: call.answered_by })}</span></>}</span>
          {mayAnswer && (call.status === "open" ? <Button variant="primary" onClick={() => onAct({ verb: "answer", call: call.id })}>{t("floor.answer")}</Button> : <Button onClick={() => onAct({ verb: "close", call: call.id })}>{t("floor.solved")}</Button>)}
        </div>
      ))}
      {centre.downtimes.map((stop) => <div key={stop.id} className="fb-call bad"><Wrench size={18} aria-hidden /><span className="grow"><b>{stop.reason}</b> {since(stop.started_at)}</span></div>)}
      <dl><div><dt>{t("floor.waitingJobs")}</dt><dd>{centre.waiting}</dd></div><div><dt>{t("floor.goodToday")}</dt><dd>{format.quantity(centre.good)}</dd></div><div><dt>{t("floor.scrapToday")}</dt><dd className={Number(centre.scrap) > 0 ? "t-bad" : "dim"}>{format.quantity(centre.scrap)}</dd></div></dl>
    </li>
  );
}

export function BoardPage() {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const now = useMinute();
  const key = keyOf(slug, "production.board");
  const { data, error } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchBoard(signal), refetchInterval: EVERY });
  const again = useCallback(() => void client.invalidateQueries({ queryKey: keyOf(slug, "production.board") }), [client, slug]);
  useChanges(useCallback((items) => { if (items.some((item) => item.entity.startsWith("production."))) again(); }, [again]));
  const done = useMutation({ mutationFn: act, onSettled: again, onError: (problem) => toast({ text: problemText(problem, said), tone: "bad" }) });
  const rows = [...(data?.results ?? [])].sort((one, other) => rank(one) - rank(other));
  return (
    <div className="page">
      <PageHead title={t("floor.board")} />
      {error ? <ErrorState title={t("floor.failed")} /> : data && rows.length === 0 ? <EmptyState title={t("floor.noCentres")}>{t("floor.noCentresWhy")}</EmptyState> : (
        <ul className="fb">{rows.map((centre) => <Centre key={centre.id} centre={centre} now={now} onAct={done.mutate} />)}</ul>
      )}
    </div>
  );
}
