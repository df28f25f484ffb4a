/** The company's data as a whole: taking it along, the sample data, leaving. Also open to a company that is closed. */
import { get, post } from "@/platform/api/request";

export interface CompanyDeletion {
  asked_by: string;
  asked_at: string;
  purge_at: string;
  reason: string;
}

export interface CompanyCopy {
  slug: string;
  name: string;
  url: string;
  created_at: string;
  copy_until: string | null;
}

export interface CopyJob {
  id: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  message: string;
}

export interface CompanyData {
  slug: string;
  name: string;
  state: string;
  /** A copy for trying out: nothing leaves it. */
  is_copy: boolean;
  /** Restored from an archive: held back until an owner lets it speak. */
  outgoing_off: boolean;
  may_let_out: boolean;
  may_export: boolean;
  may_delete: boolean;
  may_copy: boolean;
  /** Of a copy: until when it is kept. */
  copy_until: string | null;
  copies: CompanyCopy[];
  days_to_undo: number;
  deletion: CompanyDeletion | null;
}

export interface CompanyExport {
  id: number;
  state: "queued" | "running" | "ready" | "failed" | "cancelled" | "expired";
  job_id: number | null;
  progress: number;
  message: string;
  started_by: string;
  created_at: string;
  finished_at: string | null;
  expires_at: string | null;
  size: number;
  rows: number;
  files: number;
  sha256: string;
}

export interface SampleKept {
  kind: string;
  title: string;
  used_by_kind: string;
  used_by: string;
}

export interface Samples {
  removable: { kind: string; count: number }[];
  kept: SampleKept[];
}

export const dataKey = ["company-data"] as const;
export const exportsKey = ["company-data", "exports"] as const;
export const samplesKey = ["company-data", "samples"] as const;

export const fetchData = () => get<CompanyData>("/api/v1/company/data/");
export const fetchExports = async () => (await get<{ results: CompanyExport[] }>("/api/v1/company/exports/")).results;
export const startExport = () => post<CompanyExport>("/api/v1/company/exports/");
export const startCopy = (id: number, slug: string, name: string) => post<{ job_id: number }>(`/api/v1/company/exports/${id}/copy/`, { slug, name });
export const fetchJob = (job: number) => get<CopyJob>(`/api/v1/jobs/${job}/`);
export const cancelJob = (job: number) => post(`/api/v1/jobs/${job}/cancel/`);
export const linkTo = async (id: number) => (await post<{ url: string }>(`/api/v1/company/exports/${id}/link/`)).url;
export const fetchSamples = () => get<Samples>("/api/v1/company/samples/");
export const removeSamples = async () => (await post<{ kept: SampleKept[] }>("/api/v1/company/samples/remove/")).kept;
export const deleteCompany = (confirm: string, reason: string) => post<CompanyDeletion>("/api/v1/company/deletion/", { confirm, reason });
export const undoDeletion = () => post("/api/v1/company/deletion/undo/");
