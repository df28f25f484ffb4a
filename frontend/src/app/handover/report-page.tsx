/** What became of a handover: how far it is, what went where, what stayed; on paper, too. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Printer } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink } from "@/platform/records/entity-link";
import { usePathname } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Bar, Fact, Facts } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { Paper } from "@/ui/print/print";
import { PageSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { actOn, csvPath, fetchItems, fetchJob, fetchReport, handoversKey, type Report, type ReportKind } from "./api";
import "./handover.css";
import { kindOfState } from "./states";

export function HandoverReportPage() {
  const { t } = useTranslation("handover");
  const id = Number(usePathname().split("/").at(-1)) || 0;
  const key = [...handoversKey, id];
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => fetchReport(id), refetchInterval: (query) => (query.state.data?.state === "running" ? 1500 : false) });
  const act = useMutation({
    mutationFn: (verb: "cancel" | "resume") => actOn(id, verb),
    onSuccess: (report) => {
      client.setQueryData(key, report);
      void client.invalidateQueries({ queryKey: handoversKey });
    },
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const callOff = async () => {
    if (await confirm({ title: t("call_off"), body: t("call_off_why", { name: data.member.name }), action: t("call_off"), keep: t("keep"), danger: true })) act.mutate("cancel");
  };
  const failed = data.kinds.reduce((sum, kind) => sum + kind.failed, 0);
  return (
    <div className="page">
      <PageHead
        detail
        crumb={<AppLink to="/admin/handover">{t("title")}</AppLink>}
        title={data.member.name}
        after={<Status kind={kindOfState[data.state]}>{data.state_label}</Status>}
        ruled
        actions={
          <>
            {data.state === "scheduled" && <Button onClick={() => void callOff()} busy={act.isPending}>{t("call_off")}</Button>}
            {failed > 0 && <Button onClick={() => act.mutate("resume")} busy={act.isPending}>{t("try_rest")}</Button>}
            <a className="btn" href={csvPath(id)} download><Download size={14} aria-hidden /> {t("csv")}</a>
            <Button icon={<Printer size={14} />} onClick={() => window.print()}>{t("print")}</Button>
          </>
        }
      />
      <div className="page-body">
        {data.state === "running" && <Progress report={data} onResume={() => act.mutate("resume")} />}
        <ReportSheet report={data} />
      </div>
    </div>
  );
}

function Progress({ report, onResume }: { report: Report; onResume: () => void }) {
  const { t } = useTranslation("handover");
  const { data } = useQuery({ queryKey: [...handoversKey, report.id, "job", report.job], queryFn: () => fetchJob(report.job ?? 0), enabled: report.job !== null, refetchInterval: 1000, retry: false });
  const percent = Math.round((data?.progress ?? 0) * 100);
  const stuck = data?.state === "failed" || data?.state === "cancelled";
  return (
    <div className={`notice no-print ${stuck ? "bad" : "info"}`} role="status">
      {stuck ? t("stuck", { why: data.message }) : t("moving_now", { percent, what: data?.message ?? "" })}
      {!stuck && <Bar percent={percent} width={160} label={`${percent} %`} />}
      <span className="grow" />
      {stuck && <Button size="small" onClick={onResume}>{t("go_on")}</Button>}
    </div>
  );
}

function ReportSheet({ report }: { report: Report }) {
  const { t } = useTranslation("handover");
  const format = useFormat();
  const tenant = useTenant();
  const { figures } = report;
  const ended = report.ended_at ? format.moment(report.ended_at) : report.ends_at ? t("by_itself", { when: format.moment(report.ends_at) }) : t("stays_short");
  return (
    <div className="handover-report">
      <Paper
        title={t("report")}
        number={`#${report.id}`}
        company={<b>{tenant.name}</b>}
        parties={
          <>
            <dl>
              <dt>{t("from")}</dt>
              <dd><b>{report.member.name}</b> {report.member.department}<br />{report.member.email}</dd>
              <dt>{t("to")}</dt>
              <dd><b>{report.heir.name}</b> {report.heir.department}</dd>
            </dl>
            <dl>
              <dt>{t("last_day")}</dt>
              <dd>{report.last_day ? format.day(report.last_day) : "–"}</dd>
              <dt>{t("access")}</dt>
              <dd>{ended}</dd>
              <dt>{t("asked_by")}</dt>
              <dd>{report.created_by.label}, {format.moment(report.created_at)}</dd>
              {report.note && <><dt>{t("note")}</dt><dd>{report.note}</dd></>}
            </dl>
          </>
        }
        signatures={[report.member.name, report.heir.name, t("signed_by")]}
      >
        <Facts>
          <Fact label={t("moved")} value={formatNumber(figures.moved ?? report.kinds.reduce((sum, kind) => sum + kind.moved, 0))} />
          <Fact label={t("sessions_ended")} value={formatNumber(figures.sessions ?? 0)} />
          <Fact label={t("keys_revoked")} value={formatNumber(figures.keys ?? 0)} />
          <Fact label={t("people_moved")} value={formatNumber(figures.reports ?? 0)} />
          {(figures.failed ?? 0) > 0 && <Fact label={t("failed")} value={formatNumber(figures.failed ?? 0)} tone="bad" />}
        </Facts>
        {report.kinds.length > 0 && (
          <table>
            <thead>
              <tr><th scope="col">{t("kind")}</th><th scope="col">{t("to")}</th><th scope="col" className="num">{t("moved")}</th><th scope="col" className="num">{t("kept")}</th><th scope="col" className="num">{t("failed")}</th></tr>
            </thead>
            <tbody>{report.kinds.map((kind) => <KindRows key={kind.entity} report={report} kind={kind} />)}</tbody>
          </table>
        )}
        <p className="small">{t("kept_why", { name: report.member.name })} {t("trail", { id: report.request_id })}</p>
      </Paper>
    </div>
  );
}

function KindRows({ report, kind }: { report: Report; kind: ReportKind }) {
  const { t } = useTranslation("handover");
  const [open, setOpen] = useState(false);
  const [page, setPage] = useState(0);
  const { data } = useQuery({ queryKey: [...handoversKey, report.id, "items", kind.entity, page], queryFn: () => fetchItems(report.id, kind.entity, page), enabled: open });
  const heirs = kind.heirs.map((heir) => (kind.heirs.length > 1 ? `${heir.name} (${heir.count})` : heir.name)).join(t("comma"));
  return (
    <Fragment>
      <tr>
        <td>
          <button type="button" className="link no-print" aria-expanded={open} disabled={kind.moved + kind.failed === 0} onClick={() => setOpen(!open)}>{kind.label}</button>
          <span className="print-only">{kind.label}</span>
        </td>
        <td>{heirs}</td>
        <td className="num">{formatNumber(kind.moved)}</td>
        <td className="num">{formatNumber(kind.kept)}</td>
        <td className={`num${kind.failed ? " t-bad" : ""}`}>{formatNumber(kind.failed)}</td>
      </tr>
      {open && data?.results.map((item) => (
        <tr key={item.id} className="item">
          <td><EntityLink entity={item.entity} id={item.id}>{item.label}</EntityLink> {!item.was_open && <span className="dim">{t("closed")}</span>}</td>
          <td colSpan={4}>{item.failed ? <span className="t-bad">{item.failed}</span> : item.heir?.label}</td>
        </tr>
      ))}
      {open && data && (data.next !== null || page > 0) && (
        <tr className="no-print">
          <td colSpan={5}>
            {page > 0 && <Button size="small" onClick={() => setPage(0)}>{t("first")}</Button>} {data.next !== null && <Button size="small" onClick={() => setPage(data.next ?? 0)}>{t("further")}</Button>}
          </td>
        </tr>
      )}
    </Fragment>
  );
}
