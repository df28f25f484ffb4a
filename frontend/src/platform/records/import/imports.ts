/** The import of a file, step by step, as the API has it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { useTenant } from "@/platform/session/session";
import type { RecordId } from "../types";

export interface ImportColumn {
  column: string;
  sample: string[];
  /** The field the server guesses; empty when it has none. */
  field: string | null;
}

export interface ImportJob {
  id: RecordId;
  entity: string;
  state: "mapping" | "running" | "checked" | "done" | "cancelled" | "failed";
  mode?: "dry-run" | "run" | string;
  columns?: ImportColumn[];
  mapping?: Record<string, string>;
  key?: string | null;
  key_fields?: string[];
  on_existing?: OnExisting;
  rows?: number;
  total?: number;
  done?: number;
  created?: number;
  updated?: number;
  skipped?: number;
  failed?: number;
  message?: string;
}

export type OnExisting = "update" | "skip" | "error";

export interface ImportError {
  row: number;
  field?: string | null;
  column?: string | null;
  value?: string | null;
  message: string;
}

export const IMPORTS = "/api/v1/imports/";

/** More than anybody mends by hand; a file that is wrong throughout is mapped anew instead. */
const MOST_ERRORS = 5000;

export function useImport(id: RecordId | null) {
  const tenant = useTenant();
  const client = useQueryClient();
  const key = keyOf(tenant.slug, "records.import", "detail", String(id));
  const job = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<ImportJob>(`${IMPORTS}${id}/`, undefined, signal),
    enabled: id !== null,
    // the server counts while it works; once it rests, so do we
    refetchInterval: (query) => (query.state.data?.state === "running" ? 800 : false),
  });
  const errors = useQuery({
    queryKey: keyOf(tenant.slug, "records.import", "errors", [String(id), job.data?.state, job.data?.failed]),
    queryFn: async ({ signal }) => {
      const found: ImportError[] = [];
      for (let offset: number | null = 0; offset !== null && found.length < MOST_ERRORS; ) {
        const page: { results: ImportError[]; next?: number | null } = await get(`${IMPORTS}${id}/errors/`, { offset: offset || undefined }, signal);
        found.push(...page.results);
        offset = page.next ?? null;
      }
      return found;
    },
    enabled: id !== null && (job.data?.failed ?? 0) > 0 && job.data?.state !== "running",
  });
  const keep = (next: ImportJob) => client.setQueryData<ImportJob>(key, (known) => ({ ...known, ...next }));
  const map = useMutation({
    mutationFn: (body: { mapping: Record<string, string>; key: string | null; on_existing: OnExisting }) => request<ImportJob>("PATCH", `${IMPORTS}${id}/`, { body }),
    onSuccess: keep,
  });
  const act = useMutation({
    mutationFn: (verb: "dry-run" | "run" | "cancel") => request<ImportJob>("POST", `${IMPORTS}${id}/actions/${verb}/`, { body: {} }),
    onSuccess: (next) => { if (next && "state" in next) keep(next); void client.invalidateQueries({ queryKey: key }); },
  });
  return { job: job.data, error: job.error, errors: errors.data ?? [], map, act };
}

const cell = (value: unknown) => {
  const text = String(value ?? "");
  // a spreadsheet must not take what somebody typed for a formula
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The refused rows as a CSV that a spreadsheet opens. */
export function errorsCsv(errors: ImportError[], head: string[]): string {
  const rows = errors.map((error) => [error.row, error.column ?? "", error.value ?? "", error.message]);
  return `\ufeff${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

const plain = (text: string) => text.toLowerCase().replace(/[\s_\-./（）()*：:]+/g, "");

/** Guesses where the server has none: equal labels or keys, case and punctuation aside. */
export function guessField(column: string, fields: { path: string; label: string }[]): string | undefined {
  const wanted = plain(column);
  return fields.find((field) => plain(field.label) === wanted || plain(field.path) === wanted)?.path;
}
