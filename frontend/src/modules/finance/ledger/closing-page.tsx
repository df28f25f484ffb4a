/** The end of a period: what is left to do, each with its button; then the period is closed, by module or all of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { AppLink, problemText } from "@/platform/records";
import { useCan, useEntities, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Mark, Status } from "@/ui/status";
import { base, fetchClosing, type ClosingDesk, type DeskLine, type Mend, type Standing } from "./api";
import "../pages/finance.css";
import "./ledger.css";

const GROUPS = ["documents", "accruals", "ties", "profit"] as const;
const AREAS = ["stock", "receivable", "payable", "bank"] as const;
const KIND = { done: "done", todo: "warn", stops: "late" } as const;
const STANDING = { open: "open", soft: "hold", closed: "done" } as const;
const PATHS: Record<string, string> = { "finance.period": "periods", "finance.fiscal_year": "fiscal-years", "finance.revaluation": "revaluations" };

export function ClosingPage() {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const [period, setPeriod] = useState<number | null>(null);
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "finance.period", "desk", [period]), queryFn: ({ signal }) => fetchClosing(period, signal), placeholderData: (old) => old });
  return (
    <div className="page">
      <PageHead title={t("cl.title")} after={data && <Status kind={STANDING[data.period.status]}>{t(`cl.${data.period.status}`)}</Status>} actions={data && <Close data={data} />} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("cl.failed")}>{problemText(error, said)}</ErrorState>}
      {data && (
        <div className="cl-page">
          <div className="cl-periods"><SelectField label={t("cl.period")} value={String(data.period.id)} onChange={(event) => setPeriod(Number(event.target.value))} options={data.periods.map((one) => ({ value: String(one.id), label: `${one.label} · ${t(`cl.${one.status}`)}` }))} /><Areas data={data} /></div>
          <div className="cl-groups">
            {GROUPS.map((group) => {
              const lines = data.lines.filter((line) => line.group === group);
              return lines.length === 0 ? null : (
                <section key={group}>
                  <h3>{t(`cl.${group}`)}<span className="dim"> {lines.filter((line) => line.state === "done").length}/{lines.length}</span></h3>
                  <ul>{lines.map((line) => <Line key={line.key} line={line} currency={data.currency} />)}</ul>
                </section>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

function useAct(done: string) {
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => post(path, body, { idempotencyKey: newIdempotencyKey() }),
    onSuccess: () => { toast(done); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
}

function Line({ line, currency }: { line: DeskLine; currency: string }) {
  const { t } = useTranslation("ledger");
  const format = useFormat();
  return (
    <li className={`cl-${line.state}`}>
      <Mark kind={KIND[line.state]} />
      <span className="cl-what"><b className="medium">{line.title}</b>{(line.note || line.state === "stops") && <span className="sub">{[line.note, line.state === "stops" ? t("cl.stops") : ""].filter(Boolean).join(" · ")}</span>}</span>
      <span className="num">{line.count !== null && <b>{t("cl.count", { count: line.count })}</b>}{line.amount !== null && <span className={line.count !== null ? "sub" : undefined}>{format.money(line.amount, currency)}</span>}</span>
      <span className="cl-mend">{line.mend && <Mender mend={line.mend} primary={line.state !== "done"} />}</span>
    </li>
  );
}

function Mender({ mend, primary }: { mend: Mend; primary: boolean }) {
  const { t } = useTranslation("ledger");
  const entities = useEntities();
  const act = useAct(t("cl.done"));
  if (mend.action) {
    const path = `${base}/${PATHS[mend.entity] ?? ""}/`;
    return <Button size="small" variant={primary ? "primary" : "default"} busy={act.isPending} onClick={() => act.mutate(mend.action === "create" ? { path, body: mend.body } : { path: `${path}${mend.id}/actions/${mend.action}/`, body: mend.body })}>{mend.label}</Button>;
  }
  if (mend.route) return <AppLink className="fld-link" to={mend.route}>{mend.label}</AppLink>;
  const route = entities[mend.entity]?.route;
  return route ? <AppLink className="fld-link" to={`${route}?${new URLSearchParams(mend.filters).toString()}`}>{mend.label}</AppLink> : null;
}

function Areas({ data }: { data: ClosingDesk }) {
  const { t } = useTranslation("ledger");
  const may = useCan("finance.period.close") && data.period.status !== "closed";
  const act = useAct(t("cl.done"));
  return (
    <ul className="cl-areas" aria-label={t("cl.modules")}>
      {AREAS.map((area) => {
        const standing: Standing = data.period.status === "closed" ? "closed" : data.period[area];
        return (
          <li key={area}><span>{t(`cl.area_${area}`)}</span><Status kind={STANDING[standing]}>{t(`cl.${standing}`)}</Status>
            {may && <Button size="small" variant="text" busy={act.isPending} onClick={() => act.mutate({ path: `${base}/periods/${data.period.id}/actions/area/`, body: { area, state: standing === "closed" ? "open" : "closed" } })}>{t(standing === "closed" ? "cl.openArea" : "cl.closeArea")}</Button>}
          </li>
        );
      })}
    </ul>
  );
}

function Close({ data }: { data: ClosingDesk }) {
  const { t } = useTranslation("ledger");
  const act = useAct(t("cl.done"));
  const may = useCan("finance.period.close");
  const reopen = useCan("finance.period.open");
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const go = (action: string, body: unknown = {}) => act.mutate({ path: `${base}/periods/${data.period.id}/actions/${action}/`, body }, { onSettled: () => { setAsking(false); setReason(""); } });
  const status = data.period.status;
  return (
    <>
      {status !== "open" && reopen && !asking && <Button onClick={() => setAsking(true)}>{t("cl.reopen")}</Button>}
      {asking && <form className="cl-why" onSubmit={(event) => { event.preventDefault(); if (reason.trim()) go("open", { reason }); }}><input className="input" autoFocus aria-label={t("cl.why")} placeholder={t("cl.why")} maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} /><Button submit disabled={!reason.trim()} busy={act.isPending}>{t("cl.reopen")}</Button></form>}
      {status === "open" && may && <Button busy={act.isPending} onClick={() => go("soft_close")}>{t("cl.closeSoft")}</Button>}
      {status !== "closed" && may && <Button variant="primary" icon={<Lock size={15} />} disabled={!data.ready} busy={act.isPending} onClick={() => go("close")}>{t("cl.close", { period: data.period.label })}</Button>}
    </>
  );
}
