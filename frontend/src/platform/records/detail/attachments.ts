/** Files of a record: list, upload with progress, download. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { keyOf } from "@/platform/api/keys";
import { problemFrom } from "@/platform/api/problem";
import { csrfToken } from "@/platform/api/request";
import { useTenant } from "@/platform/session/session";
import { attachmentsPath, deleteFile, fetchAttachments } from "../api";
import type { Attachment, EntityMeta, RecordId } from "../types";

export interface Upload {
  key: string;
  name: string;
  /** 0 to 1. */
  share: number;
  failed?: unknown;
  cancel: () => void;
}

/** Sends one file with progress; fetch cannot tell how much has gone out, so this is the old way. */
export function uploadFile<T>(path: string, form: FormData, onShare: (share: number) => void): { done: Promise<T>; cancel: () => void } {
  const call = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    call.open("POST", path);
    call.setRequestHeader("Accept", "application/json");
    const token = csrfToken();
    if (token) call.setRequestHeader("X-CSRFToken", token);
    call.upload.onprogress = (event) => { if (event.lengthComputable) onShare(event.loaded / event.total); };
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) return resolve(JSON.parse(call.responseText) as T);
      const answer = new Response(call.responseText || null, { status: call.status || 500, headers: { "Content-Type": call.getResponseHeader("Content-Type") ?? "" } });
      void problemFrom(answer).then(reject);
    };
    call.onerror = () => reject(new Error("unreachable"));
    call.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    call.send(form);
  });
  return { done, cancel: () => call.abort() };
}

export function useAttachments(entity: EntityMeta, id: RecordId) {
  const tenant = useTenant();
  const client = useQueryClient();
  const key = keyOf(tenant.slug, entity.key, "attachments", String(id));
  const files = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchAttachments(entity, id, signal), enabled: entity.features.attachments });
  const [uploads, setUploads] = useState<Upload[]>([]);
  const change = (upload: string, next: Partial<Upload> | null) =>
    setUploads((known) => known.flatMap((item) => (item.key !== upload ? [item] : next ? [{ ...item, ...next }] : [])));

  const add = useCallback((list: Iterable<File>) => {
    for (const file of list) {
      const uploadKey = `${file.name}-${file.size}-${Math.random().toString(36).slice(2)}`;
      const form = new FormData();
      form.append("file", file);
      const { done, cancel } = uploadFile<Attachment>(attachmentsPath(entity, id), form, (share) => change(uploadKey, { share }));
      setUploads((known) => [...known, { key: uploadKey, name: file.name, share: 0, cancel }]);
      done.then(
        () => { change(uploadKey, null); void client.invalidateQueries({ queryKey: keyOf(tenant.slug, entity.key, "attachments", String(id)) }); },
        (error: unknown) => (error instanceof DOMException ? change(uploadKey, null) : change(uploadKey, { failed: error })),
      );
    }
  }, [entity, id, client, tenant.slug]);
  const drop = useMutation({ mutationFn: deleteFile, onSettled: () => client.invalidateQueries({ queryKey: key }) });
  return { drop, files: files.data ?? [], count: files.data?.length, isLoading: files.isPending, error: files.error, uploads, add, forget: (upload: string) => change(upload, null) };
}
