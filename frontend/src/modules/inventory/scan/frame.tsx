/** The frame of every scanning screen: what is being done, the field for codes, yes or no to the last one, and what still waits for the network. */
import { ArrowLeft, CloudOff, Undo2, X } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQueue } from "@/platform/offline/use-queue";
import { problemText } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import { signal } from "@/ui/scan/feedback";
import { ScanField } from "@/ui/scan/scan-field";
import "./scan.css";

export interface Said {
  good: boolean;
  text: string;
  at: number;
}

/** Tells hand, ear and eye whether the last scan was right. */
export function useSay(): [Said | null, (good: boolean, text: string) => void] {
  const [said, setSaid] = useState<Said | null>(null);
  const say = useCallback((good: boolean, text: string) => {
    signal(good);
    setSaid({ good, text, at: Date.now() });
  }, []);
  return [said, say];
}

interface Props {
  title: string;
  hint: string;
  back: string;
  said: Said | null;
  onCode?: (code: string) => void;
  onUndo?: () => void;
  /** Large buttons at the foot, within reach of a thumb. */
  foot?: ReactNode;
  children: ReactNode;
}

export function ScanFrame({ title, hint, back, said, onCode, onUndo, foot, children }: Props) {
  const { t } = useTranslation("inventory");
  const { t: words } = useTranslation("records");
  const { queue, state } = useQueue();
  const go = useGo();
  return (
    <div className="sc">
      <header>
        <button type="button" className="sc-tap" aria-label={t("scan.back")} onClick={() => go(back)}><ArrowLeft size={24} aria-hidden /></button>
        <h1 className="ell">{title}</h1>
        {state.waiting.length > 0 && <span className={`sc-wait${state.offline ? " off" : ""}`} role="status">{state.offline && <CloudOff size={16} aria-hidden />}{t("scan.waiting", { count: state.waiting.length })}</span>}
        {onUndo && <button type="button" className="sc-tap" aria-label={t("scan.undo")} onClick={onUndo}><Undo2 size={24} aria-hidden /></button>}
      </header>
      {onCode && <ScanField label={hint} typeIt={t("scan.type")} onCode={onCode} />}
      {said && <p key={said.at} className={`sc-said ${said.good ? "good" : "bad"}`} role={said.good ? "status" : "alert"}>{said.text}</p>}
      {state.refused.map(({ entry, error }) => (
        <p key={entry.key} className="sc-refused" role="alert">
          <span><b>{entry.label}</b><br />{problemText(error, words)}</span>
          <button type="button" className="sc-tap" aria-label={t("scan.seen")} onClick={() => queue.dismiss(entry.key)}><X size={20} aria-hidden /></button>
        </p>
      ))}
      <main>{children}</main>
      {foot && <footer>{foot}</footer>}
    </div>
  );
}
