/** Pictures of a work instruction: made small enough for a tablet, uploaded at once, or kept until their record is there. */
import { useEffect, useRef, useState } from "react";
import { useAttachments } from "@/platform/records/detail/attachments";
import type { EntityMeta, RecordId } from "@/platform/records/types";
import { isVideo, ownName } from "./steps";

const LONGEST = 1600;

/** A photo of a phone has ten times what a terminal shows. */
async function smaller(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 300_000) return file;
  try {
    const image = await createImageBitmap(file);
    const share = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * share);
    canvas.height = Math.round(image.height * share);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.86));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

/** Chosen before the record was there: its page sends them. */
const waiting = new Map<string, File>();

export function useSendWaiting(entity: EntityMeta, id: RecordId): void {
  const { add } = useAttachments(entity, id);
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current || waiting.size === 0) return;
    sent.current = true;
    add([...waiting.values()]);
    waiting.clear();
  }, [add]);
}

export function usePictures(entity: EntityMeta, id: RecordId | undefined) {
  const attachments = useAttachments({ ...entity, features: { ...entity.features, attachments: entity.features.attachments && id !== undefined } }, id ?? 0);
  const [shown, setShown] = useState<Record<string, string>>({});
  const urls = useRef<string[]>([]);
  useEffect(() => () => urls.current.forEach((url) => URL.revokeObjectURL(url)), []);
  const stored = Object.fromEntries(attachments.files.map((file) => [file.name, `${file.url}?inline=1`]));
  return {
    /** Where a picture is shown from; nothing: no such file is attached. */
    source: (name: string): string | undefined => shown[name] ?? stored[name],
    isLoading: id !== undefined && attachments.isLoading,
    uploads: attachments.uploads,
    /** Takes a file; the name under which its step finds it. */
    take: async (file: File, taken: ReadonlySet<string>): Promise<string> => {
      const small = await smaller(file);
      const name = ownName(small.name, new Set([...taken, ...Object.keys(stored), ...Object.keys(shown)]));
      const named = new File([small], name, { type: small.type });
      const url = URL.createObjectURL(named);
      urls.current.push(url);
      setShown((known) => ({ ...known, [name]: url }));
      if (id === undefined) waiting.set(name, named);
      else attachments.add([named]);
      return name;
    },
    /** The first picture or film among what was dropped or pasted. */
    among: (files: Iterable<File>): File | undefined => [...files].find((file) => file.type.startsWith("image/") || isVideo(file.name)),
  };
}
