/** Files of an inquiry: what the company gives its suppliers, and what this one attaches to its answer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Paperclip, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { fileSize } from "@/platform/records/detail/files-tab";
import { problemText } from "@/platform/records/problem-text";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import type { Inquiry, InquiryFile, Portal } from "./api";

export function InquiryFiles({ api, secret, inquiry }: { api: Portal; secret: string; inquiry: Inquiry }) {
  const { t } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const bad = (failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) });
  const took = (fresh: Inquiry) => client.setQueryData(["portal", secret, "inquiry", inquiry.id], fresh);
  const attach = useMutation({ mutationFn: (file: File) => api.attach(inquiry.id, file), onSuccess: took, onError: bad });
  const detach = useMutation({ mutationFn: (file: number) => api.detach(inquiry.id, file), onSuccess: took, onError: bad });
  const download = useMutation({
    mutationFn: (file: InquiryFile) => api.download(inquiry.id, file.id).then((blob) => ({ file, blob })),
    onSuccess: ({ file, blob }) => {
      const url = URL.createObjectURL(blob);
      const link = Object.assign(document.createElement("a"), { href: url, download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
    onError: bad,
  });
  if (!inquiry.open && inquiry.files.length + inquiry.own_files.length === 0) return null;
  const row = (file: InquiryFile, own: boolean) => (
    <li key={file.id}>
      <Button variant="text" icon={<Download size={18} />} busy={download.isPending && download.variables?.id === file.id} onClick={() => download.mutate(file)}>{file.name}</Button>
      <span className="grow dim num">{fileSize(file.size)}</span>
      {own && inquiry.open && file.round === inquiry.round && <Button variant="text" icon={<X size={18} />} aria-label={t("detach", { name: file.name })} onClick={() => detach.mutate(file.id)} />}
    </li>
  );
  return (
    <section className="pt-files">
      {inquiry.files.length > 0 && <><h2>{t("files", { company: inquiry.company })}</h2><ul>{inquiry.files.map((file) => row(file, false))}</ul></>}
      {(inquiry.own_files.length > 0 || inquiry.open) && <h2>{t("ownFiles")}</h2>}
      {inquiry.own_files.length > 0 && <ul>{inquiry.own_files.map((file) => row(file, true))}</ul>}
      {inquiry.open && (
        <>
          <input ref={input} type="file" hidden aria-label={t("attach")} onChange={(event) => { const file = event.target.files?.[0]; event.target.value = ""; if (file) attach.mutate(file); }} />
          <Button size="large" icon={<Paperclip size={18} />} busy={attach.isPending} onClick={() => input.current?.click()}>{t("attach")}</Button>
        </>
      )}
    </section>
  );
}
