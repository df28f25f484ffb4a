/** Who is at the terminal: a badge that is scanned or typed, and a PIN on large keys. */
import { useMutation } from "@tanstack/react-query";
import { Delete, IdCard } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "@/platform/records";
import { useCan, useMe } from "@/platform/session/session";
import { signal } from "@/ui/scan/feedback";
import { useWedge } from "@/ui/scan/use-wedge";
import { showBadge, type Worker } from "../api/terminal";

const LONGEST = 8;

export function SignIn({ onWorker }: { onWorker: (worker: Worker) => void }) {
  const { t } = useTranslation("production");
  const { t: said } = useTranslation("records");
  const me = useMe();
  const mayReport = useCan("production.order.report");
  const [code, setCode] = useState("");
  const [pin, setPin] = useState("");
  const shown = useMutation({
    mutationFn: () => showBadge(code.trim(), pin),
    onSuccess: (worker) => { signal(true); onWorker(worker); },
    onError: () => { signal(false); setPin(""); },
  });
  const press = (key: string) => {
    if (shown.isPending) return;
    if (key === "Enter") { if (code && pin) shown.mutate(); }
    else if (key === "Backspace") setPin((now) => now.slice(0, -1));
    else if (/^[0-9]$/.test(key)) setPin((now) => (now + key).slice(0, LONGEST));
  };
  useWedge({ onScan: (scanned) => { setCode(scanned); setPin(""); shown.reset(); }, onKey: press });
  const key = (value: string) => <button key={value} type="button" className="fl-key" onClick={() => press(value)}>{value}</button>;
  return (
    <main className="fl-in">
      <div className="fl-badge">
        <IdCard size={56} aria-hidden strokeWidth={1.4} />
        <h1>{t("floor.scanBadge")}</h1>
        <p className="sub">{t("floor.scanBadgeWhy")}</p>
        <label>{t("floor.badge")}<input value={code} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(event) => { setCode(event.target.value); shown.reset(); }} /></label>
        {mayReport && <button type="button" className="fl-self" onClick={() => onWorker({ token: "", id: me.member_id, name: me.name })}>{t("floor.asMe", { name: me.name })}</button>}
      </div>
      <div className="fl-pin">
        <p className="fl-dots" role="status" aria-label={t("floor.pinCount", { count: pin.length })}>{pin ? "●".repeat(pin.length) : <span className="dim">{t("floor.pin")}</span>}</p>
        {shown.error ? <p className="t-bad fl-wrong" role="alert">{problemText(shown.error, said)}</p> : <p className="fl-wrong" />}
        <div className="fl-keys" role="group" aria-label={t("floor.keys")}>
          {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key)}
          <button type="button" className="fl-key" aria-label={t("floor.delete")} onClick={() => press("Backspace")}><Delete size={28} aria-hidden /></button>
          {key("0")}
          <button type="button" className="fl-key pri" disabled={!code || !pin || shown.isPending} onClick={() => press("Enter")}>{t("floor.enter")}</button>
        </div>
      </div>
    </main>
  );
}
