/** Bringing an archive: the file, the address, the way of it, and how it came back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/controls";
import { Bar } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { toast } from "@/ui/overlay/toast";
import { enterCompany } from "../auth/companies";
import { momentOf, sizeOf } from "../company-data/moments";
import { askFor, bring, cancelRestore, fetchRestores, restoresKey, type Restore } from "./api";
import "./restore.css";

const underWay = (one: Restore) => one.state === "queued" || one.state === "running";

interface PanelProps {
  /** As a quiet copy beside the company of this host, instead of as a new company. */
  asCopy?: boolean;
  large?: boolean;
}

export function RestorePanel({ asCopy = false, large }: PanelProps) {
  const { t, i18n } = useTranslation("company-restore");
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const [slug, setSlug] = useState("");
  const [name, setName] = useState("");
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const begun = useMutation({
    mutationFn: async () => {
      if (!file) return;
      const { signal } = (stop.current = new AbortController());
      setSent(0);
      const restore = await askFor(file, { slug: slug.trim(), name: name.trim() }, asCopy);
      await client.invalidateQueries({ queryKey: restoresKey });
      try {
        await bring(restore, file, setSent, signal);
      } catch (error) {
        // Called off here, or refused there: the room it was given is not kept.
        await cancelRestore(restore.id).catch(() => undefined);
        throw error;
      }
    },
    onSuccess: () => {
      setFile(undefined);
      setSlug("");
      setName("");
      if (picker.current) picker.current.value = "";
    },
    onSettled: () => client.invalidateQueries({ queryKey: restoresKey }),
  });
  useEffect(() => {
    const sending = stop;
    return () => sending.current?.abort();
  }, []);
  const problem = isProblem(begun.error) ? begun.error : undefined;
  const shown = problem?.errorOf("slug");
  const calledOff = begun.error instanceof DOMException && begun.error.name === "AbortError";
  const trouble = begun.error && !shown && !calledOff ? (problem?.message ?? t("unreachable")) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begun.mutate();
  };
  return (
    <div className="stack restore">
      <form onSubmit={submit} noValidate>
        <Field label={t("file")} note={file ? sizeOf(file.size, i18n.language) : t("file_note")}>
          {(ids) => (
            <span className="row picked">
              <Button icon={<Upload size={14} />} size={large ? "large" : undefined} disabled={begun.isPending} onClick={() => picker.current?.click()}>{t("choose")}</Button>
              <span className="ell chosen">{file?.name ?? t("none_chosen")}</span>
              <input {...ids} ref={picker} type="file" accept=".zip,application/zip" className="sr-only" tabIndex={-1} onChange={(event) => setFile(event.target.files?.[0])} />
            </span>
          )}
        </Field>
        <TextField label={t(asCopy ? "slug_copy" : "slug")} large={large} required maxLength={40} spellCheck={false} autoCapitalize="none" autoComplete="off" value={slug} onChange={(event) => setSlug(event.target.value.toLowerCase().replace(/\s+/g, "-"))} error={shown} />
        <TextField label={t("name")} note={t("name_note")} large={large} maxLength={160} value={name} onChange={(event) => setName(event.target.value)} />
        {trouble && <p className="t-bad" role="alert">{trouble}</p>}
        {begun.isPending && (
          <div className="row going">
            <Bar percent={sent * 100} width="100%" label={t("uploading", { percent: Math.round(sent * 100) })} />
            <Button size="small" onClick={() => stop.current?.abort()}>{t("stop")}</Button>
          </div>
        )}
        <div><Button submit variant="primary" size={large ? "large" : undefined} block={large} disabled={!file || slug.trim() === ""} busy={begun.isPending}>{t(asCopy ? "start_copy" : "start")}</Button></div>
      </form>
      <RestoreList sending={begun.isPending} />
    </div>
  );
}

function RestoreList({ sending }: { sending: boolean }) {
  const { t, i18n } = useTranslation("company-restore");
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: restoresKey,
    queryFn: fetchRestores,
    refetchInterval: (query) => (query.state.data?.some(underWay) ? 1000 : false),
  });
  const refused = (failure: unknown) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" });
  const off = useMutation({ mutationFn: cancelRestore, onSettled: () => client.invalidateQueries({ queryKey: restoresKey }), onError: refused });
  const open = useMutation({ mutationFn: enterCompany, onError: refused });
  const rows = data?.filter((one) => one.state !== "cancelled" && !(sending && one.state === "uploading")) ?? [];
  if (rows.length === 0) return null;
  return (
    <ul className="restores" aria-label={t("restores")}>
      {rows.map((one) => (
        <li key={one.id}>
          <span className="what">
            <span><b>{one.slug}</b> <span className="dim">{one.file_name}, {momentOf(one.created_at, i18n.language)}</span></span>
            {one.state === "uploading" && <span className="sub">{t("interrupted")}</span>}
            {one.state === "queued" && <span className="sub">{t("queued")}</span>}
            {one.state === "running" && (
              <>
                <span className="sub">{t(`stage_${one.stage || "checking"}`)}</span>
                <Bar percent={one.progress * 100} width="100%" label={t("done_percent", { percent: Math.round(one.progress * 100) })} />
              </>
            )}
            {one.state === "failed" && <span className="t-bad">{one.message}</span>}
            {one.state === "done" && one.report && <Report one={one} />}
          </span>
          {one.state === "done" && one.url && <Button size="small" busy={open.isPending && open.variables === one.slug} onClick={() => open.mutate(one.slug)}>{t("open")}</Button>}
          {(underWay(one) || one.state === "uploading") && <Button size="small" busy={off.isPending && off.variables === one.id} onClick={() => off.mutate(one.id)}>{t("stop")}</Button>}
        </li>
      ))}
    </ul>
  );
}

/** What came back against what the archive holds. */
function Report({ one }: { one: Restore }) {
  const { t } = useTranslation("company-restore");
  const report = one.report;
  if (!report) return null;
  const holds = t("holds", { rows: formatNumber(report.rows), tables: formatNumber(report.tables), files: formatNumber(report.files) });
  return (
    <>
      <span className={report.equal ? "sub" : "t-bad"}>{holds} {report.equal ? t("equal") : t("differs", { what: report.differing.slice(0, 3).join(", ") })}</span>
      {report.missing_files > 0 && <span className="sub">{t("missing_files", { count: report.missing_files })}</span>}
      <span className="sub">{one.beside ? t("quiet_copy") : t("quiet")}</span>
    </>
  );
}
