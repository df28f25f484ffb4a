/** Lots: what expires, where they came from and went, what a delivery takes. */
import { get, request } from "@/platform/api/request";

export interface Named {
  id: number;
  label: string;
}

export interface ExpiryRow {
  id: number;
  number: string;
  product: Named;
  unit: string;
  quality: string;
  expires_on: string;
  days: number;
  on_hand: string;
  /** Null for who may not see what stock is worth. */
  worth: string | null;
}

export interface LotNode {
  key: string;
  id: number | null;
  number: string;
  product: Named;
  unit: string;
  quality: string;
  expires_on: string | null;
  supplier: string;
  supplier_lot: string;
}

export interface Paper {
  entity: string;
  id: number | null;
  label: string;
}

export interface Tree {
  nodes: LotNode[];
  steps: { of: string; into: string; document: Paper }[];
  links: { lot: string; kind: string; inward: boolean; quantity: string; on: string; document: Paper; partner: string }[];
}

export interface Story {
  lot: LotNode;
  same: LotNode[];
  up: Tree;
  down: Tree;
  customers: { customer: Named & { code: string }; lot: LotNode; shipped: string; returned: string; consigned: string; documents: Named[] }[];
  places: { lot: LotNode; place: Named; kind: string; on_hand: string; reserved: string }[];
  balance: { came: string; went: string; on_hand: string; lost: string; closes: boolean };
}

export interface DeliveryLotLine {
  line: number;
  position: number;
  product: Named;
  tracking: string;
  unit: string;
  quantity: string;
  lots: string;
  reason: string;
  taken: { lot: string; lot_id?: number; place: Named; quantity: string; reserved: boolean; expires_on?: string | null }[];
}

const path = "/api/v1/inventory/";

export const fetchExpiry = (days: number, signal?: AbortSignal) => get<{ currency: string; results: ExpiryRow[] }>(`${path}expiry/`, { days }, signal);
export const fetchStory = (lot: number, signal?: AbortSignal) => get<Story>(`${path}lots/${lot}/trace/`, undefined, signal);
export const fetchDeliveryLots = (delivery: number, signal?: AbortSignal) => get<{ results: DeliveryLotLine[] }>(`${path}deliveries/${delivery}/lots/`, undefined, signal);
export const recallLot = (lot: number, reason: string, key: string) => request<{ held: Named[] }>("POST", `${path}lots/${lot}/recall/`, { body: { reason }, idempotencyKey: key });
export const customersSheet = (lot: number): string => `${path}lots/${lot}/customers.csv`;
export const lotLabels = (lot: number): string => `${path}lots/${lot}/labels.pdf`;
export const deliveryNote = (delivery: number): string => `${path}deliveries/${delivery}/note.pdf`;
export const deliveryLabels = (delivery: number): string => `${path}deliveries/${delivery}/labels.pdf`;
export const parcelLabel = (parcel: number): string => `${path}parcels/${parcel}/label.pdf`;
export const productLabels = (product: number): string => `${path}products/${product}/labels.pdf`;
