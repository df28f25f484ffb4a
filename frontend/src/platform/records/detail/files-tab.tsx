/** Files of a record: drop them anywhere on the tab, see them go up, open them. */
import { Download, File as FileIcon, FileSpreadsheet, FileText, Image, Trash2, Upload as UploadIcon, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Bar } from "@/ui/figures";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { formatMoment } from "@/ui/format/date";
import { GridSkeleton } from "@/ui/states/skeleton";
import { useFieldEnv } from "../../fields/env";
import { problemText } from "../problem-text";
import type { Attachment, EntityMeta } from "../types";
import type { useAttachments } from "./attachments";

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const iconOf = (type: string) => (type.startsWith("image/") ? Image : /sheet|excel|csv/.test(type) ? FileSpreadsheet : /pdf|text|word|document/.test(type) ? FileText : FileIcon);

export function FilesTab({ entity, attachments }: { entity: EntityMeta; attachments: ReturnType<typeof useAttachments> }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { files, uploads } = attachments;
  const mayAdd = entity.can.update;
  async function drop(file: Attachment) {
    if (await confirm({ title: t("files.deleteTitle", { name: file.name }), action: t("files.deleteDo"), keep: t("cancel"), danger: true })) {
      attachments.drop.mutate(file, { onError: (error) => toast({ tone: "bad", text: problemText(error, t) }) });
    }
  }
  const choose = <Button size="small" icon={<UploadIcon size={14} />} onClick={() => input.current?.click()}>{t("files.add")}</Button>;
  return (
    <div className={`files${over ? " over" : ""}`}
      onDragOver={(event) => { if (mayAdd && event.dataTransfer.types.includes("Files")) { event.preventDefault(); setOver(true); } }}
      onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node)) setOver(false); }}
      onDrop={(event) => { event.preventDefault(); setOver(false); if (mayAdd) attachments.add(event.dataTransfer.files); }}>
      <input ref={input} type="file" multiple hidden onChange={(event) => { attachments.add(event.target.files ?? []); event.target.value = ""; }} />
      {(files.length > 0 || uploads.length > 0) && <header className="files-head"><span className="dim xs">{mayAdd ? t("files.drop") : ""}</span><span className="grow" />{mayAdd && choose}</header>}
      <ul>
        {uploads.map((upload) => (
          <li key={upload.key}>
            <UploadIcon size={15} className="dim" aria-hidden />
            <span className="ell">{upload.name}</span><span className="grow" />
            {upload.failed ? <span className="t-bad xs">{problemText(upload.failed, t)}</span> : <><Bar percent={upload.share * 100} width={120} label={t("files.sent", { percent: Math.round(upload.share * 100) })} /><span className="dim xs files-share">{Math.round(upload.share * 100)}%</span></>}
            <Button size="small" variant="text" icon={<X size={14} />} aria-label={t(upload.failed ? "files.forget" : "files.cancel")} onClick={() => (upload.failed ? attachments.forget(upload.key) : upload.cancel())} />
          </li>
        ))}
        {files.map((file) => {
          const Shape = iconOf(file.content_type ?? "");
          return (
            <li key={file.id}>
              <Shape size={15} className="dim" aria-hidden />
              <a className="fld-link ell" href={`${file.url}?inline=1`} target="_blank" rel="noreferrer noopener">{file.name}</a>
              <span className="grow" />
              {file.created_by && <span className="dim xs">{file.created_by.label}</span>}
              {file.created_at && <span className="dim xs">{formatMoment(file.created_at, env.timeZone, env.today)}</span>}
              <span className="dim xs files-size">{fileSize(file.size)}</span>
              <a className="btn text icon small" href={file.url} download={file.name} aria-label={t("files.download", { name: file.name })}><Download size={14} /></a>
              {mayAdd && <Button size="small" variant="text" icon={<Trash2 size={14} />} aria-label={t("files.delete", { name: file.name })} onClick={() => void drop(file)} />}
            </li>
          );
        })}
      </ul>
      {attachments.isLoading && <GridSkeleton rows={3} />}
      {attachments.error && <ErrorState inline title={t("files.failed")}>{problemText(attachments.error, t)}</ErrorState>}
      {!attachments.isLoading && !attachments.error && files.length === 0 && uploads.length === 0 && (
        <EmptyState inline title={t("files.none")} actions={mayAdd ? choose : undefined}>{mayAdd ? t("files.drop") : undefined}</EmptyState>
      )}
    </div>
  );
}
