/** The shop-floor terminal: which work centre, who is there, and what they do. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { CloudOff, LogOut } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useGo } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Logo } from "@/ui/joint";
import { ErrorState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { fetchBoard, type Worker } from "../api/terminal";
import { Desk } from "../floor/desk";
import { SignIn } from "../floor/sign-in";
import { useTerminal } from "../floor/use-terminal";
import "../floor/floor.css";

const IDLE = 10 * 60_000;

function Clock() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return <time className="fl-clock">{String(now.getHours()).padStart(2, "0")}:{String(now.getMinutes()).padStart(2, "0")}</time>;
}

/** Nobody touches it for ten minutes: whoever comes next shows their own badge. */
function useIdle(on: boolean, leave: () => void): void {
  useEffect(() => {
    if (!on) return;
    let timer = window.setTimeout(leave, IDLE);
    const touched = () => {
      clearTimeout(timer);
      timer = window.setTimeout(leave, IDLE);
    };
    window.addEventListener("pointerdown", touched);
    window.addEventListener("keydown", touched);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", touched);
      window.removeEventListener("keydown", touched);
    };
  }, [on, leave]);
}

function Choose() {
  const { t } = useTranslation("production");
  const { slug } = useTenant();
  const go = useGo();
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.board"), queryFn: ({ signal }) => fetchBoard(signal) });
  return (
    <div className="fl">
      <header><Logo size={30} /><h1>{t("floor.title")}</h1><span className="grow" /><button type="button" className="fl-small" onClick={() => go("/")}>{t("floor.leave")}</button></header>
      {error ? <ErrorState title={t("floor.failed")} /> : (
        <main className="fl-choose">
          <h2>{t("floor.choose")}</h2>
          <div>{data?.results.map((centre) => <button key={centre.id} type="button" onClick={() => go(`/production/terminal/${centre.id}`)}><b>{centre.name}</b><small className="sub">{t("floor.counts", { running: centre.running, waiting: centre.waiting })}</small></button>)}</div>
        </main>
      )}
    </div>
  );
}

function At({ centre }: { centre: number }) {
  const { t } = useTranslation("production");
  const go = useGo();
  const [worker, setWorker] = useState<Worker | null>(null);
  const [leave] = useState(() => () => setWorker(null));
  const terminal = useTerminal(centre, worker);
  const { data, state } = terminal;
  useIdle(worker !== null, leave);
  if (!data) return terminal.error ? <div className="fl"><ErrorState title={t("floor.failed")} /></div> : <div className="fl" aria-busy />;
  return (
    <div className="fl">
      <header>
        <button type="button" className="fl-logo" aria-label={t("floor.other")} onClick={() => go("/production/terminal")}><Logo size={30} /></button>
        <b className="ell">{data.work_centre.label}</b>
        {worker && <><span className="sub ell">{worker.name}</span><button type="button" className="fl-small" aria-label={t("floor.signOut")} onClick={leave}><LogOut size={22} aria-hidden /></button></>}
        <span className="grow" />
        <span className="fl-online" role="status">{terminal.unreachable ? <><CloudOff size={18} aria-hidden />{t("floor.offline")}</> : <><Mark kind="done" />{t("floor.online")}</>}{state.waiting.length > 0 && <b>{t("floor.unsent", { count: state.waiting.length })}</b>}</span>
        <Clock />
      </header>
      {worker ? <Desk terminal={terminal} data={data} worker={worker} /> : <SignIn onWorker={setWorker} />}
    </div>
  );
}

export function TerminalPage() {
  const { centre } = useParams({ strict: false }) as { centre?: string };
  return centre && /^\d+$/.test(centre) ? <At key={centre} centre={Number(centre)} /> : <Choose />;
}
