/** The planning workbench: what planning wants done, and doing it. */
import { get, request } from "@/platform/api/request";

export interface Document {
  entity: string;
  id: number;
  label: string;
}

export interface ProductRef {
  id: number;
  label: string;
  name: string;
}

export interface Need {
  quantity: string;
  planned: number | null;
  document: Document | null;
  /** The day that a week's forecast is needed on. */
  forecast: string | null;
  safety_stock: boolean;
}

export interface Proposal {
  id: number;
  index: number;
  kind: "make" | "buy";
  product: ProductRef;
  unit: string;
  quantity: string;
  release_on: string;
  due_on: string;
  late: boolean;
  /** Taken from the master plan as it is. */
  entry: boolean;
  level: number;
  supplier: { id: number; label: string } | null;
  state: "proposed" | "firmed";
  firmed: Document | null;
  needs: Need[];
  /** Working days that its routing takes, where planning gives it fewer. */
  routing_days?: number | null;
}

export interface Message {
  id: number;
  kind: "release" | "expedite" | "defer" | "cancel" | "past_due";
  product: ProductRef;
  quantity: string;
  source: Document;
  due_on: string;
  needed_on: string | null;
}

export interface Workbench {
  run: { id: number; planned_on: string; finished_at: string; items: number; proposals: number; messages: number } | null;
  counts: Record<string, number>;
  messages: Message[];
  proposals: Proposal[];
}

export interface Peg {
  product: ProductRef;
  quantity: string;
  cover: "stock" | "order" | "planned";
  order: Document | null;
  proposal: Proposal | null;
  children: Peg[];
}

const path = "/api/v1/production/planning/";

export const fetchWorkbench = (signal?: AbortSignal): Promise<Workbench> => get<Workbench>(path, undefined, signal);
export const firmProposals = (ids: number[]): Promise<Workbench & { orders: Document[] }> =>
  request<Workbench & { orders: Document[] }>("POST", `${path}firm/`, { body: { ids } });
export const fetchPegging = async (document: Document, signal?: AbortSignal): Promise<Peg[]> =>
  (await get<{ results: Peg[] }>(`${path}pegging/`, { entity: document.entity, id: document.id }, signal)).results;
