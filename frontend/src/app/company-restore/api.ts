/** An archive as a company: room is asked for, the file goes in parts, the server does the rest and is followed. */
import { problemFrom } from "@/platform/api/problem";
import { get, post, send } from "@/platform/api/request";

export type RestoreState = "uploading" | "queued" | "running" | "done" | "failed" | "cancelled";

export interface RestoreReport {
  equal: boolean;
  tables: number;
  rows: number;
  files: number;
  missing_files: number;
  differing: string[];
}

export interface Restore {
  id: number;
  state: RestoreState;
  stage: "" | "checking" | "loading" | "comparing" | "files";
  /** 0 to 1, of the stage. */
  progress: number;
  message: string;
  slug: string;
  file_name: string;
  size: number;
  part_size: number;
  parts: number;
  received: number[];
  beside: string | null;
  url: string | null;
  report: RestoreReport | null;
  created_at: string;
}

export interface Wanted {
  slug: string;
  name: string;
}

const mine = "/api/v1/companies/restores/";
const beside = "/api/v1/company/restores/";

export const restoresKey = ["company-restores"] as const;
export const fetchRestores = async () => (await get<{ results: Restore[] }>(mine)).results;
export const cancelRestore = (id: number) => post<Restore>(`${mine}${id}/actions/cancel/`);
export const letOut = () => post("/api/v1/company/outgoing/");

/** Asks for room; `asCopy`: beside the company of this host. */
export const askFor = (file: File, wanted: Wanted, asCopy: boolean) =>
  post<Restore>(asCopy ? beside : mine, { ...wanted, file_name: file.name.slice(0, 200), size: file.size });

async function sendPart(restore: Restore, file: File, number: number, signal: AbortSignal): Promise<void> {
  const body = new FormData();
  body.append("file", file.slice(number * restore.part_size, (number + 1) * restore.part_size), "part");
  const answer = await send("PUT", `${mine}${restore.id}/parts/${number}/`, { body, signal });
  if (!answer.ok) throw await problemFrom(answer);
}

/** The parts one after the other, each tried again once by itself, then the start. */
export async function bring(restore: Restore, file: File, told: (share: number) => void, signal: AbortSignal): Promise<Restore> {
  for (let number = 0; number < restore.parts; number += 1) {
    try {
      await sendPart(restore, file, number, signal);
    } catch (error) {
      if (signal.aborted || (error as { status?: number }).status !== undefined) throw error;
      await sendPart(restore, file, number, signal);
    }
    told((number + 1) / restore.parts);
  }
  return post<Restore>(`${mine}${restore.id}/actions/start/`);
}
