/** What open deals may bring, where deals are lost on their way, and how likely one is won. */
import { get } from "@/platform/api/request";
import type { RecordId } from "@/platform/records/types";

export const CATEGORIES = ["commit", "best", "pipeline", "omitted"] as const;
export type Category = (typeof CATEGORIES)[number];
interface Named { id: number; label: string }
export interface Figures { won: string; commit: string; best: string; pipeline: string; weighted: string; committed: string; best_case: string; deals: number }
export interface ForecastMember { member: Named | null; depth: number; reports: boolean; own: Figures; team: Figures }
export interface ForecastDeal { id: number; version: number; name: string; party: Named; owner: Named | null; stage: string; category: Category; own_category: boolean; amount: string; probability: string; expected_close: string | null }
export interface Forecast { period: string; since: string; until: string; currency: string; total: Figures; undated: number; overdue: number; members: ForecastMember[]; deals: ForecastDeal[]; deal_count: number }
export interface Then extends Figures { on: string; kept: number; committed_deals: number; accuracy: { commit: string | null; best: string | null; weighted: string | null } }
export interface Earlier { over: boolean; currency: string; came: string; snapshots: Then[] }

export interface Trust {
  model: { fitted_on: string; deals: number; won: number; used: boolean; enough: boolean; held_out: { deals: number; snapshots: number; brier: number; base_brier: number; bins: { count: number; said: number; came: number }[] } | null } | null;
  logged: { predictions: number; deals: number; brier: number; base_brier: number; since: string } | null;
}
export interface Win {
  state: string;
  prediction: { on: string; probability: string; base: string; stage: string; by_model: boolean; reasons: { text: string; points: number }[] } | null;
  earlier: { on: string; probability: string }[];
}

export interface Conversion { entered: number; reached: number; young: number; rate: string | null; days: string | null }
export interface Closed { won: number; lost: number; rate: string | null; cycle: string | null }
export interface Funnel {
  pipeline: Named; since: string; until: string; within: number; currency: string;
  stages: (Conversion & Named)[];
  closed: Closed;
  open: { count: number; amount: string };
  velocity: string | null;
  months: { month: string; stages: Conversion[]; closed: Closed }[];
  losses: { reason: string; count: number; amount: string }[];
}

const base = "/api/v1/crm";
export const fetchForecast = (period: string, signal?: AbortSignal) => get<Forecast>(`${base}/forecast/`, { period }, signal);
export const fetchEarlier = (period: string, signal?: AbortSignal) => get<Earlier>(`${base}/forecast/snapshots/`, { period }, signal);
export const fetchTrust = (signal?: AbortSignal) => get<Trust>(`${base}/win/`, undefined, signal);
export const fetchWin = (id: RecordId, signal?: AbortSignal) => get<Win>(`${base}/win/${id}/`, undefined, signal);
export const fetchFunnel = (query: { pipeline?: number; since: string; until: string; within: number }, signal?: AbortSignal) => get<Funnel>(`${base}/funnel/`, query, signal);
