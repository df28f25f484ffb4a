/** Budgets: the table, budget and actual, where a document stands. Amounts are decimal strings. */
import { get, request } from "@/platform/api/request";
import type { Ref, RecordId } from "@/platform/records/types";

export interface BudgetHead { id: number; label: string; status: "draft" | "in_force" | "replaced"; version: number; control: string; reach: string; year: Ref }
export interface Place { account: Ref & { type: string }; department: Ref | null }
export interface BudgetTable {
  budget: BudgetHead;
  currency: string;
  months: string[];
  rows: (Place & { amounts: (string | null)[] })[];
  accounts: { id: number; code: string; label: string; type: string; group: boolean }[];
  departments: Ref[];
}
export interface ActualRow extends Place { budget: string; actual: string; committed: string; left: string; year: string; year_left: string; planned: string[]; posted: string[] }
export interface BudgetActual { currency: string; budgets: BudgetHead[]; budget: BudgetHead | null; months: string[]; until?: string | null; rows: ActualRow[] }
export interface BudgetLines {
  currency: string;
  postings: { id: number; entry: Ref; entry_date: string; account: string; narration: string; amount: string; source: { entity: string; id: number; label: string } | null }[];
  committed: { document: { entity: string; id: number; label: string }; month: string; amount: string }[];
}
export interface DocumentStanding extends Place { month: string; budget: string; actual: string; committed: string; wanted: string; left: string; control: string; reach: string; of: string }
export interface CellValue { account: number; department: number | null; month: string; amount: string | null }

const base = "/api/v1/finance";
const row = (place: Place) => ({ account: Number(place.account.id), department: place.department ? Number(place.department.id) : null });

export const fetchTable = (budget: RecordId, signal?: AbortSignal) => get<BudgetTable>(`${base}/budgets/${budget}/grid/`, undefined, signal);
export const saveTable = (budget: RecordId, cells: CellValue[]) => request<BudgetTable>("PUT", `${base}/budgets/${budget}/grid/`, { body: { cells } });
export const fetchLastYear = async (budget: RecordId, place: Place) => (await get<{ amounts: string[] }>(`${base}/budgets/${budget}/last-year/`, row(place))).amounts;
export const fetchActual = (budget: number | null, until: string | null, signal?: AbortSignal) => get<BudgetActual>(`${base}/budget-actual/`, { budget, until }, signal);
export const fetchLines = (place: Place, since: string, to: string, signal?: AbortSignal) => get<BudgetLines>(`${base}/budget-actual/lines/`, { ...row(place), since, to }, signal);
export const fetchStanding = (entity: string, id: RecordId, signal?: AbortSignal) => get<{ currency: string; results: DocumentStanding[] }>(`${base}/budget-document/`, { entity, id }, signal);
