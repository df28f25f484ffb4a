/** What the check found, or what the run did; refused rows with their reason, to take along as a file. */
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Fact, Facts } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { Grid } from "@/ui/grid";
import { Mark } from "@/ui/status";
import { fieldByPath } from "../entity";
import { AppLink } from "../entity-link";
import { problemText } from "../problem-text";
import type { EntityMeta } from "../types";
import { errorsCsv, type ImportError, type ImportJob } from "./imports";
import { mid } from "../mid-sentence";

interface ImportResultProps {
  entity: EntityMeta;
  job: ImportJob;
  errors: ImportError[];
  busy: boolean;
  problem: unknown;
  onRun: () => void;
  onRemap: () => void;
  onAgain: () => void;
}

export function ImportResult({ entity, job, errors, busy, problem, onRun, onRemap, onAgain }: ImportResultProps) {
  const { t } = useTranslation("records");
  const checked = job.state === "checked";
  const good = (job.created ?? 0) + (job.updated ?? 0);
  const resumable = (job.state === "cancelled" || job.state === "failed") && job.mode === "run";
  const title = checked ? t(job.failed ? "import.checkedSome" : "import.checkedAll", { good, count: job.failed ?? 0 }) : t(`import.ended.${job.state}`, { count: good });
  function take() {
    const url = URL.createObjectURL(new Blob([errorsCsv(errors, [t("import.row"), t("import.column"), t("import.value"), t("import.why")])], { type: "text/csv" }));
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = `${t("import.errorsFile")}-${job.id}.csv`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 5000);
  }
  return (
    <div className="im-result">
      <h2><Mark kind={job.state === "failed" ? "late" : job.failed ? "warn" : job.state === "cancelled" ? "off" : "done"} />{title}</h2>
      {job.message && <p className="sub">{job.message}</p>}
      <Facts>
        <Fact label={t(checked ? "import.willCreate" : "import.created")} value={formatNumber(job.created ?? 0)} />
        <Fact label={t(checked ? "import.willUpdate" : "import.updated")} value={formatNumber(job.updated ?? 0)} />
        <Fact label={t("import.skipped")} value={formatNumber(job.skipped ?? 0)} />
        <Fact label={t("import.failed")} value={formatNumber(job.failed ?? 0)} tone={job.failed ? "bad" : undefined} />
      </Facts>
      {errors.length > 0 && (
        <section className="im-errors">
          <header><h3>{t("import.errors", { count: job.failed ?? errors.length })}</h3><span className="grow" /><Button size="small" variant="text" icon={<Download size={14} />} onClick={take}>{t("import.download")}</Button></header>
          <Grid<ImportError & { key: string }> label={t("import.errors", { count: errors.length })} hotkeys={false} flat rowKey={(row) => row.key} rows={errors.map((error, index) => ({ ...error, key: `${error.row}-${error.field}-${index}` }))}
            columns={[
              { key: "row", title: t("import.row"), width: 72, numeric: true, cell: (row) => row.row },
              { key: "column", title: t("import.column"), width: 150, cell: (row) => row.column || (row.field ? fieldByPath(entity, row.field)?.label ?? row.field : "–") },
              { key: "value", title: t("import.value"), width: 160, cell: (row) => row.value ?? "" },
              { key: "message", title: t("import.why"), width: 300, grow: true, cell: (row) => row.message },
            ]} />
        </section>
      )}
      {problem ? <p className="t-bad" role="alert">{problemText(problem, t)}</p> : null}
      <div className="row im-acts">
        {checked && <Button variant="primary" busy={busy} disabled={good === 0} onClick={onRun}>{t("import.run", { count: good })}</Button>}
        {resumable && <Button variant="primary" busy={busy} onClick={onRun}>{t("import.resume")}</Button>}
        {job.state === "done" && <AppLink className="btn primary" to={entity.route}>{t("import.see", { records: mid(entity.label_plural) })}</AppLink>}
        {checked && <Button onClick={onRemap}>{t("import.remap")}</Button>}
        <Button variant="text" onClick={onAgain}>{t("import.again")}</Button>
      </div>
    </div>
  );
}
