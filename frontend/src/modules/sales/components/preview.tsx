/** One answer of the server for all parts of the editor: the lines, what is late, the sums beside them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo, type ReactNode } from "react";
import { keyOf } from "@/platform/api/keys";
import type { RecordFormState } from "@/platform/records";
import { linesOf } from "@/platform/records/form/values";
import { useDebounced } from "@/platform/records/use-debounced";
import { useTenant } from "@/platform/session/session";
import { fetchPreview, type Preview } from "../api/preview";
import { outlooks, questionOf, type Outlook } from "./preview-of";

interface Shown {
  preview?: Preview;
  byLine: ReadonlyMap<string, Outlook>;
  error: unknown;
  /** Nothing to ask about yet. */
  idle: boolean;
}

const Shared = createContext<Shown>({ byLine: new Map(), error: null, idle: true });
export const usePreview = () => useContext(Shared);

const STILL = 300;

export function PreviewFrame({ form, children }: { form: RecordFormState; children: ReactNode }) {
  const { entity, lines, values } = form;
  const { slug } = useTenant();
  const question = useMemo(() => questionOf(entity, lines, values), [entity, lines, values]);
  const text = useDebounced(question ? JSON.stringify(question) : "", STILL);
  const { data, error } = useQuery({
    queryKey: keyOf(slug, entity.key, "preview", text),
    queryFn: async ({ signal }) => {
      const asked = JSON.parse(text) as NonNullable<typeof question>;
      return { preview: await fetchPreview(entity, asked.body, signal), keys: asked.keys };
    },
    enabled: text !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
  });
  const idle = question === null;
  const shown = useMemo<Shown>(() => {
    if (idle || !data) return { byLine: new Map(), error: idle ? null : error, idle };
    const answers = new Map(data.keys.flatMap((key, index) => (data.preview.lines[index] ? [[key, data.preview.lines[index]] as const] : [])));
    return { preview: error ? undefined : data.preview, byLine: outlooks(linesOf(entity, values), answers, (values.requested_on as string | null) ?? null), error, idle };
  }, [idle, data, error, entity, values]);
  return <Shared value={shown}>{children}</Shared>;
}
