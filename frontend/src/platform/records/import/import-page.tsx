/** Import wizard of any entity: file, columns, check without writing, run with progress, result. */
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Bar } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { PageHead } from "@/ui/page";
import { ErrorState, ForbiddenState } from "@/ui/states/states";
import "../records.css";
import "./import.css";
import { uploadFile } from "../detail/attachments";
import { useEntityOrThrow } from "../detail/use-record";
import { AppLink } from "../entity-link";
import { useGo, usePathname, useSearchText } from "../navigation";
import { problemText } from "../problem-text";
import { formFields } from "../form/values";
import type { EntityMeta } from "../types";
import { ImportMapping } from "./import-mapping";
import { ImportResult } from "./import-result";
import { IMPORTS, useImport, type ImportJob } from "./imports";
import { mid } from "../mid-sentence";

const STEPS = ["file", "columns", "check", "result"] as const;

function Steps({ at }: { at: number }) {
  const { t } = useTranslation("records");
  return (
    <ol className="im-steps" aria-label={t("import.steps")}>
      {STEPS.map((step, index) => <li key={step} className={index === at ? "now" : index < at ? "past" : ""} aria-current={index === at ? "step" : undefined}><i>{index + 1}</i>{t(`import.step.${step}`)}</li>)}
    </ol>
  );
}

function ChooseFile({ entity, onUploaded }: { entity: EntityMeta; onUploaded: (job: ImportJob) => void }) {
  const { t } = useTranslation("records");
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [over, setOver] = useState(false);
  function send(file: File | undefined) {
    if (!file) return;
    const form = new FormData();
    form.append("entity", entity.key);
    form.append("file", file);
    setFailed(null);
    setShare(0);
    uploadFile<ImportJob>(IMPORTS, form, setShare).done.then(onUploaded, (error: unknown) => { setFailed(error); setShare(null); });
  }
  /** A file with the right head row, so that nobody has to guess what columns there are. */
  function template() {
    const head = formFields(entity, true).filter((field) => field.type !== "json").map((field) => `"${field.label.replaceAll('"', '""')}"`).join(",");
    const url = URL.createObjectURL(new Blob([`\ufeff${head}\r\n`], { type: "text/csv" }));
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = `${entity.label_plural}.csv`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 5000);
  }
  return (
    <div className={`im-drop${over ? " over" : ""}`}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); send(event.dataTransfer.files[0]); }}>
      <input ref={input} type="file" accept=".csv,.xlsx,.tsv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" hidden aria-label={t("import.choose")}
        onChange={(event) => { send(event.target.files?.[0]); event.target.value = ""; }} />
      <Upload size={26} aria-hidden />
      <h2>{t("import.dropHere")}</h2>
      <p className="dim">{t("import.formats")}</p>
      {share === null ? (
        <div className="row"><Button variant="primary" onClick={() => input.current?.click()}>{t("import.choose")}</Button><Button variant="text" onClick={template}>{t("import.template")}</Button></div>
      ) : <Bar percent={share * 100} width={220} label={t("import.uploading")} />}
      {failed !== null && <p className="t-bad" role="alert">{problemText(failed, t)}</p>}
    </div>
  );
}

function Working({ job, onCancel, busy }: { job: ImportJob; onCancel: () => void; busy: boolean }) {
  const { t } = useTranslation("records");
  const total = job.total ?? job.rows ?? 0;
  const done = job.done ?? 0;
  return (
    <div className="im-working" role="status">
      <h2>{t(job.mode === "run" ? "import.running" : "import.checking")}</h2>
      <Bar percent={total ? (done / total) * 100 : 0} width={360} label={t("import.progress", { done, total })} />
      <p className="sub">{done === 0 ? t("import.waiting") : t("import.progress", { done: formatNumber(done), total: formatNumber(total) })}</p>
      <Button busy={busy} onClick={onCancel}>{t("import.stop")}</Button>
      <p className="dim xs">{t(job.mode === "run" ? "import.stopNote" : "import.checkNote")}</p>
    </div>
  );
}

export function ImportPage({ entityKey }: { entityKey: string }) {
  const { t } = useTranslation("records");
  const entity = useEntityOrThrow(entityKey);
  const go = useGo();
  const path = usePathname();
  const id = new URLSearchParams(useSearchText()).get("job");
  const [remap, setRemap] = useState(false);
  const { job, error, errors, map, act } = useImport(id);
  const mapping = id !== null && (remap || job?.state === "mapping");
  const at = id === null ? 0 : mapping ? 1 : job?.state === "checked" || (job?.state === "running" && job.mode !== "run") ? 2 : 3;
  const open = (next: ImportJob | null) => { setRemap(false); go(next ? `${path}?job=${next.id}` : path, { replace: next !== null }); };

  function body() {
    if (!entity.can.import) return <ForbiddenState title={t("import.noRight", { records: mid(entity.label_plural) })} />;
    if (id === null) return <ChooseFile entity={entity} onUploaded={open} />;
    if (error) return <ErrorState title={t("import.lost")} actions={<Button variant="primary" onClick={() => open(null)}>{t("import.again")}</Button>}>{problemText(error, t)}</ErrorState>;
    if (!job) return null;
    if (mapping) {
      return <ImportMapping key={String(job.id)} entity={entity} job={job} busy={map.isPending || act.isPending} problem={map.error ?? act.error}
        onCheck={(choice) => map.mutate(choice, { onSuccess: () => act.mutate("dry-run", { onSuccess: () => setRemap(false) }) })} />;
    }
    if (job.state === "running") return <Working job={job} busy={act.isPending} onCancel={() => act.mutate("cancel")} />;
    return <ImportResult entity={entity} job={job} errors={errors} busy={act.isPending} problem={act.error} onRun={() => act.mutate("run")} onRemap={() => setRemap(true)} onAgain={() => open(null)} />;
  }
  return (
    <div className="page">
      <PageHead detail ruled title={t("import.title", { records: mid(entity.label_plural) })} crumb={<AppLink to={entity.route}>{entity.label_plural}</AppLink>} />
      <Steps at={at} />
      <div className="page-body im">{body()}</div>
    </div>
  );
}
