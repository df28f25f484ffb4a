/** The terminal of a work centre with somebody at it. */
import { BookOpen, Check, Pause, Play, Siren, Wrench, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { signal } from "@/ui/scan/feedback";
import { useWedge } from "@/ui/scan/use-wedge";
import { EmptyState } from "@/ui/states/states";
import type { ReasonKind, TerminalState, Worker } from "../api/terminal";
import { AskReason } from "./ask-reason";
import { CountKeys, Counters, NONE, stepped, typed, type Count, type Counts } from "./counters";
import { JobCard } from "./job-card";
import { ReadInstruction } from "./read-instruction";
import { Side } from "./side";
import type { useTerminal } from "./use-terminal";

type Terminal = ReturnType<typeof useTerminal>;

function Notices({ terminal, data }: { terminal: Terminal; data: TerminalState }) {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const since = (at: string) => t("floor.minutes", { minutes: Math.max(0, Math.floor((terminal.now() - Date.parse(at)) / 60_000)) });
  return (
    <div className="fl-notices">
      {terminal.state.refused.map(({ entry, error }) => (
        <p key={entry.key} className="fl-notice bad" role="alert"><span><b>{entry.label}</b> {problemText(error, said)}</span><button type="button" className="fl-small" aria-label={t("floor.seen")} onClick={() => terminal.queue.dismiss(entry.key)}><X size={24} aria-hidden /></button></p>
      ))}
      {data.downtimes.map((stop) => (
        <p key={stop.id} className="fl-notice bad" role="status"><Wrench size={22} aria-hidden /><span><b>{t("floor.stands", { reason: stop.reason })}</b> {since(stop.started_at)}</span><button type="button" className="fl-small" onClick={() => terminal.act({ verb: "up", downtime: stop.id }, t("floor.up"))}>{t("floor.up")}</button></p>
      ))}
      {data.calls.map((call) => (
        <p key={call.id} className={`fl-notice ${call.status === "open" ? "bad" : "good"}`} role="status"><Siren size={22} aria-hidden /><span><b>{t("floor.called", { reason: call.reason })}</b> {call.status === "open" ? since(call.called_at) : t("floor.comesNow", { name: call.answered_by })}</span></p>
      ))}
    </div>
  );
}

export function Desk({ terminal, data, worker }: { terminal: Terminal; data: TerminalState; worker: Worker }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const [picked, setPicked] = useState<number>();
  const [counts, setCounts] = useState<Counts>(NONE);
  const [chosen, setChosen] = useState<Count>("good");
  const [asking, setAsking] = useState<ReasonKind | null>(null);
  const [reading, setReading] = useState(false);
  const mine = data.queue.find((one) => one.working.some((who) => who.id === worker.id));
  const job = data.queue.find((one) => one.id === picked) ?? mine ?? data.queue[0];
  const pick = (id: number) => { setPicked(id); setCounts(NONE); setChosen("good"); };
  const key = (value: string) => {
    if (/^[0-9.]$|^Backspace$/.test(value)) setCounts((now) => ({ ...now, [chosen]: typed(now[chosen], value) }));
  };
  useWedge({
    onScan: (code) => {
      const found = data.queue.find((one) => one.order.label.toLowerCase() === code.toLowerCase() || one.product.label.toLowerCase() === code.toLowerCase());
      signal(found !== undefined);
      if (found) pick(found.id);
    },
    onKey: key,
  });
  const read = job?.instruction?.read_by.includes(worker.id) ?? true;
  const mustRead = !read && (job?.instruction?.must_be_read ?? false);
  const working = job?.working.some((who) => who.id === worker.id) ?? false;
  const pieces = Number(counts.good) + Number(counts.scrap) + Number(counts.rework);
  const lost = Number(counts.scrap) + Number(counts.rework) > 0;
  const tooMany = job !== undefined && pieces > Number(job.left);

  const report = (reason?: number) => {
    if (!job) return;
    signal(true);
    terminal.act({ verb: "report", operation: job.id, good: counts.good, scrap: counts.scrap, rework: counts.rework, ...(reason && { reason }) }, t("floor.did_report", { order: job.order.label, good: counts.good, scrap: counts.scrap }));
    setCounts(NONE);
    setChosen("good");
    setPicked(job.id);
  };
  const reasoned = (reason: number) => {
    if (asking === "scrap") report(reason);
    else if (asking) {
      signal(true);
      const verb = asking === "call" ? "call" : "down";
      terminal.act({ verb, work_centre: data.work_centre.id, reason, ...(verb === "call" && job && { operation: job.id }) }, t(`floor.did_${verb}`));
    }
    setAsking(null);
  };
  const main = pieces > 0 || working ? (
    <button type="button" className="fl-do pri" disabled={pieces <= 0 || tooMany} onClick={() => (lost ? setAsking("scrap") : report())}>
      <Check size={30} aria-hidden />{tooMany ? t("floor.tooMany", { left: format.quantity(job?.left ?? "0") }) : lost ? t("floor.reportBoth", { good: counts.good, bad: stepped(counts.scrap, Number(counts.rework)) }) : t("floor.report", { quantity: counts.good })}
    </button>
  ) : (
    <button type="button" className="fl-do pri" disabled={!job || Number(job.left) <= 0} onClick={() => job && (mustRead ? setReading(true) : terminal.act({ verb: "start", operation: job.id }, t("floor.did_start", { order: job.order.label })))}><Play size={28} aria-hidden />{t("floor.start")}</button>
  );
  return (
    <>
      <main className="fl-main">
        <Notices terminal={terminal} data={data} />
        {job ? (
          <>
            <JobCard job={job} />
            <Counters counts={counts} chosen={chosen} onChoose={setChosen} onCount={(which, text) => setCounts((now) => ({ ...now, [which]: text }))} reworkable={!job.rework} />
            <CountKeys onKey={key} />
          </>
        ) : <div className="fl-empty"><EmptyState title={t("floor.nothing")}>{t("floor.nothingWhy")}</EmptyState></div>}
        <div className="fl-dos">
          {main}
          {job?.instruction && <button type="button" className={`fl-do${mustRead ? " call" : ""}`} onClick={() => setReading(true)}><BookOpen size={26} aria-hidden />{t(read ? "instruction.open" : "instruction.unread")}</button>}
          <button type="button" className="fl-do" disabled={!working} onClick={() => job && terminal.act({ verb: "pause", operation: job.id }, t("floor.did_pause", { order: job.order.label }))}><Pause size={26} aria-hidden />{t("floor.pause")}</button>
          <button type="button" className="fl-do" onClick={() => setAsking("downtime")}><Wrench size={26} aria-hidden />{t("floor.down")}</button>
          <button type="button" className="fl-do call" onClick={() => setAsking("call")}><Siren size={26} aria-hidden />{t("floor.call")}</button>
        </div>
      </main>
      <Side data={data} picked={job?.id} onPick={pick} />
      {reading && job?.instruction && <ReadInstruction operation={job.id} read={read} onClose={() => setReading(false)} onRead={() => { terminal.act({ verb: "read", instruction: job.instruction!.id }, t("instruction.did", { revision: job.instruction!.revision })); setReading(false); }} />}
      {asking && <AskReason kind={asking} reasons={data.reasons} onReason={reasoned} onClose={() => setAsking(null)} />}
    </>
  );
}
