/** Quality: the desk, figures, control charts, the trace of a nonconformance. */
import { get, post, request } from "@/platform/api/request";

export interface Named {
  id: number;
  label: string;
  name?: string;
}

export interface DeskInspection {
  id: number;
  number: string;
  product: Named;
  lot: string;
  stage: string;
  quantity: string;
  sample_size: number;
  bad: number;
  since: string;
  source: string;
  supplier: string;
  severity: "normal" | "tightened" | "reduced" | "stopped";
  held: boolean;
}

export interface DeskNonconformance {
  id: number;
  number: string;
  title: string;
  product: Named;
  lot: string;
  origin: string;
  severity: string;
  left: string;
  quantity: string;
  owner: string;
  customer: string;
  due_on: string | null;
}

export interface DeskAction {
  id: number;
  number: string;
  title: string;
  kind: string;
  status: string;
  owner: string;
  due_on: string;
  nonconformance: string;
}

export interface Part<T> {
  count: number;
  results: T[];
}

export interface QualityDesk {
  waiting: Part<DeskInspection> | null;
  refused: Part<DeskInspection> | null;
  nonconformances: Part<DeskNonconformance> | null;
  actions: Part<DeskAction> | null;
  today: string;
}

export interface PpmRow {
  supplier?: Named;
  product?: Named;
  lots: number;
  refused: number;
  looked: number;
  bad: number;
  ppm: number;
}

export interface YieldRow {
  product: Named;
  operations: { operation: string; entered: string; good: string; scrap: string; rework: string; first_pass: string }[];
  rolled: string;
}

export interface Month {
  month: string;
  ppm: number | null;
  first_pass: string | null;
  count: number;
  cost: string | null;
}

export interface Figures {
  currency: string;
  yields: YieldRow[];
  suppliers: PpmRow[];
  products: PpmRow[];
  causes: { cause: string | null; quantity: string }[];
  nonconformances: { cause: string | null; count: number; cost: string | null }[];
  months: Month[];
  cost: string | null;
}

export interface ChartPoint {
  inspection: Named;
  lot: string;
  value: string;
  lower: string;
  centre: string;
  upper: string;
  tests: number[];
}

export interface ControlChart {
  kind: "xbar" | "range" | "individuals" | "moving_range" | "p" | "np";
  signals: number;
  points: ChartPoint[];
}

export interface Charts {
  characteristic: Named & { plan: string };
  charts: ControlChart[];
  left_out: number;
  /** The period that the limits were fixed from; nothing: they follow what is shown. */
  base: { since: string; until: string; samples: number } | null;
  readings: { count: number; size: number; mean: string; sigma: string; low: string; high: string; lower: string | null; upper: string | null; unit: string; cp: string | null; cpk: string | null } | null;
}

export interface TraceLot {
  key: string;
  id: number | null;
  number: string;
  product: Named;
  unit: string;
  quality: string;
  supplier: string;
  supplier_lot: string;
}

export interface TraceOrder {
  id: number;
  number: string;
  product: Named;
  quantity: string;
  completed: string;
  scrapped: string;
  reports: { id: number; on: string; operation: string; work_centre: string; machine: number | null; worker: string; good: string; scrap: string; rework: string; reason: string }[];
}

export interface Trace {
  lot: TraceLot;
  up: { nodes: TraceLot[]; links: { lot: string; kind: string; inward: boolean; quantity: string; on: string; document: { entity: string; id: number | null; label: string }; partner: string }[] };
  down: { nodes: TraceLot[] };
  customers: { customer: Named; lot: TraceLot; shipped: string; returned: string; consigned: string; documents: Named[] }[];
  places: { lot: TraceLot; place: Named; on_hand: string }[];
  orders: TraceOrder[];
  inspections: { id: number; number: string; lots: string[]; stage: string; status: string; bad: number; sample_size: number }[];
}

const at = "/api/v1/production/";
export const fetchDesk = (signal?: AbortSignal): Promise<QualityDesk> => get(`${at}quality/desk/`, {}, signal);
export const fetchFigures = (since: string, until: string, signal?: AbortSignal): Promise<Figures> => get(`${at}quality/figures/`, { since, until }, signal);
export const fetchCharacteristics = (signal?: AbortSignal): Promise<{ characteristics: (Named & { plan: string; kind: string; count: number })[] }> => get(`${at}quality/charts/`, {}, signal);
export const fetchCharts = (characteristic: number, since: string, until: string, signal?: AbortSignal): Promise<Charts> => get(`${at}quality/charts/`, { characteristic, since, until }, signal);
export const fetchTrace = (id: number | string, signal?: AbortSignal): Promise<{ lots: Trace[] }> => get(`${at}nonconformances/${id}/trace/`, {}, signal);

const limits = (of: number) => `/api/v1/production/quality/charts/${of}/limits/`;
export const fixLimits = (of: number, since: string, until: string) => post<unknown>(limits(of), { since, until });
export const freeLimits = (of: number) => request<unknown>("DELETE", limits(of));
