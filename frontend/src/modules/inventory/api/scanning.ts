/** What scanners ask the server, and where their work goes. Work is queued (platform/offline), never sent straight. */
import { get } from "@/platform/api/request";
import type { Ref } from "@/platform/records/types";

export interface StockRow {
  id: number;
  product: { id: number; label: string; name: string };
  barcode: string;
  place: { id: number; label: string };
  lot: string;
  on_hand: string;
  reserved: string;
  unit: string;
}

export interface Scanned {
  kind: "product" | "place" | "lot" | "delivery" | "wave" | "parcel" | "transfer" | "purchase_order" | "none";
  entity?: string;
  id?: number;
  label: string;
  name?: string;
  place_kind?: string;
  stock: StockRow[];
}

export interface PutAwayRow {
  stock: number;
  product: { id: number; label: string; name: string };
  barcode: string;
  unit: string;
  lot: string;
  quantity: string;
  from: { id: number; label: string };
  to: { id: number; label: string } | null;
  why: string;
}

const base = "/api/v1/inventory";

export const fetchScanned = (code: string): Promise<Scanned> => get<Scanned>(`${base}/scan/`, { code });
export const fetchPutAway = (signal?: AbortSignal): Promise<{ results: PutAwayRow[] }> => get(`${base}/put-away/`, undefined, signal);

export const paths = {
  putAway: (stock: number): string => `${base}/stock/${stock}/actions/put_away/`,
  pick: (pick: number | string, verb: "pick" | "undo" | "short"): string => `${base}/picks/${pick}/actions/${verb}/`,
  parcels: `${base}/parcels/`,
  weigh: (line: number): string => `${base}/delivery-lines/${line}/actions/weigh/`,
  ship: (delivery: number | string): string => `${base}/deliveries/${delivery}/actions/post/`,
  receive: `${base}/scan/receive/`,
};

/** Whether a code names this product, as far as this can be said without the server. Labels of lots say product|lot. */
export const isProduct = (code: string, product: Ref, barcode?: unknown): boolean => {
  const wanted = code.split("|")[0]!.toLowerCase();
  const label = product.label.toLowerCase();
  return wanted === product.code?.toLowerCase() || wanted === label || label.startsWith(`${wanted} `) || (typeof barcode === "string" && barcode !== "" && barcode.toLowerCase() === wanted);
};
