/** Copies beside the company, for trying things out: made of the latest export, followed while they are made, opened. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Bar } from "@/ui/figures";
import { Dialog } from "@/ui/overlay/dialog";
import { cancelJob, dataKey, exportsKey, fetchExports, fetchJob, startCopy, type CompanyData, type CompanyExport } from "./api";
import { dayOf, momentOf } from "./moments";

export function CopiesSection({ company }: { company: CompanyData }) {
  const { t, i18n } = useTranslation("company-data");
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [job, setJob] = useState<number | null>(null);
  const { data: exports } = useQuery({ queryKey: exportsKey, queryFn: fetchExports });
  const latest = exports?.find((one) => one.state === "ready");
  const { data: work } = useQuery({
    queryKey: ["company-data", "copy", job],
    enabled: job !== null,
    queryFn: async () => {
      const now = await fetchJob(job ?? 0);
      if (now.state === "done") await client.invalidateQueries({ queryKey: dataKey, exact: true });
      return now;
    },
    refetchInterval: (query) => (["queued", "running"].includes(query.state.data?.state ?? "queued") ? 1000 : false),
  });
  const running = job !== null && ["queued", "running"].includes(work?.state ?? "queued");
  const stop = useMutation({ mutationFn: cancelJob });
  return (
    <section>
      <div className="about">
        <h2>{t("copies")}</h2>
        <p className="sub">{t("copies_why")}</p>
      </div>
      <div className="stack gap">
        <div className="row">
          <Button disabled={!latest || running || company.copies.length >= 2} onClick={() => setAsking(true)}>{t("copy_start")}</Button>
          {exports && !latest && <span className="sub">{t("copy_needs_export")}</span>}
          {latest && <span className="sub">{t("copy_from", { at: momentOf(latest.created_at, i18n.language) })}</span>}
        </div>
        {running && (
          <div className="row copying">
            <Bar percent={(work?.progress ?? 0) * 100} width="100%" label={t("export_progress", { percent: Math.round((work?.progress ?? 0) * 100) })} />
            <Button size="small" busy={stop.isPending} onClick={() => stop.mutate(job)}>{t("stop")}</Button>
          </div>
        )}
        {work?.state === "failed" && <p className="t-bad" role="alert">{work.message || t("copy_failed")}</p>}
        {company.copies.length > 0 && (
          <ul className="exports" aria-label={t("copies")}>
            {company.copies.map((copy) => (
              <li key={copy.slug}>
                <span className="what">
                  <span>{copy.name} <span className="dim">{copy.slug}</span></span>
                  {copy.copy_until && <span className="sub">{t("copy_until", { day: dayOf(copy.copy_until, i18n.language) })}</span>}
                </span>
                <a className="btn small" href={copy.url} target="_blank" rel="noreferrer"><ExternalLink size={14} aria-hidden />{t("copy_open")}</a>
              </li>
            ))}
          </ul>
        )}
      </div>
      {asking && latest && <CopyDialog company={company} from={latest} onClose={() => setAsking(false)} onStarted={(id) => { setJob(id); setAsking(false); }} />}
    </section>
  );
}

function CopyDialog({ company, from, onClose, onStarted }: { company: CompanyData; from: CompanyExport; onClose: () => void; onStarted: (job: number) => void }) {
  const { t } = useTranslation("company-data");
  const [slug, setSlug] = useState(`${company.slug}-copy`);
  const [name, setName] = useState(t("copy_name_of", { name: company.name }));
  const start = useMutation({ mutationFn: () => startCopy(from.id, slug.trim(), name.trim()), onSuccess: (begun) => onStarted(begun.job_id) });
  const problem = isProblem(start.error) ? start.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("copy_title", { name: company.name })}
      sticky
      foot={
        <>
          <Button onClick={onClose}>{t("copy_not")}</Button>
          <Button variant="primary" submit form="copy-company" disabled={slug.trim() === ""} busy={start.isPending}>{t("copy_do")}</Button>
        </>
      }
    >
      <form id="copy-company" className="stack gap" onSubmit={submit}>
        <p>{t("copy_effect")}</p>
        <TextField label={t("copy_name")} maxLength={160} value={name} onChange={(event) => setName(event.target.value)} />
        <TextField label={t("copy_slug")} required maxLength={40} value={slug} spellCheck={false} autoComplete="off" onChange={(event) => setSlug(event.target.value)} error={problem?.errorOf("slug")} />
        {start.error && !problem?.errorOf("slug") && <p className="t-bad" role="alert">{problem?.message ?? t("unreachable")}</p>}
      </form>
    </Dialog>
  );
}
