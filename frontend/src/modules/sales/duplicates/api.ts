/** Parties that read alike, and what becomes of them when they are one. */
import { get, post } from "@/platform/api/request";

export type Role = "customer" | "supplier";
export interface Member { id: number; code: string; label: string; told: string; references: number }
export interface Group { key: string; survivor: number; two_companies: boolean; parties: Member[] }
export interface MergedField { key: string; label: string; taken: number | null; result: unknown; values: Record<string, unknown> }
export interface Preview { survivor: number; parties: (Pick<Member, "id" | "code" | "label"> & { moves: { what: string; count: number }[] })[]; fields: MergedField[]; two_companies: boolean }
/** `choices`: field → id of the party whose value is taken. */
export interface Plan { survivor: number; absorbed: number[]; choices: Record<string, number> }
export interface Outcome { survivor: number; merges?: { id: number; absorbed: number; moved: number; kept: number }[]; problem?: { title: string; detail?: string } }

const base = "/api/v1/shared/parties";
export const fetchGroups = (role: Role, signal?: AbortSignal) => get<{ count: number; results: Group[] }>(`${base}/duplicate-groups/`, { role }, signal);
export const fetchPair = async (ids: number[]): Promise<Group | undefined> => (await get<{ results: Group[] }>(`${base}/duplicate-groups/`, { ids: ids.join(",") })).results[0];
export const fetchPreview = (plan: Plan, signal?: AbortSignal) => post<Preview>(`${base}/merge-preview/`, plan, { signal });
export const sendMerges = (groups: Plan[]) => post<{ results: Outcome[] }>(`${base}/merge/`, { groups });
export const undoMerge = (id: number) => post(`/api/v1/shared/party-merges/${id}/actions/undo/`, {}, { ifMatch: "*" });
