/** Counting: a sheet as it is counted at the shelf, and counts that are sent one by one. */
import { get } from "@/platform/api/request";

export type LineState = "open" | "recount" | "approval" | "ready";

export interface Place {
  id: number;
  code: string;
  name: string;
}

export interface CountLine {
  id: number;
  product: { id: number; code: string; name: string; name_zh: string; barcode: string };
  place: Place;
  lot: string;
  unit: string;
  decimals: number;
  state: LineState;
  /** Of goods whose pieces vary: what they are weighed in. */
  second_unit: string | null;
  counted: string | null;
  book: string | null;
  found: boolean;
  /** Somebody else has to count it again. */
  others: boolean;
}

export interface Sheet {
  id: number;
  number: string;
  status: "open" | "review" | "ready" | "posted" | "cancelled";
  blind: boolean;
  warehouse: { id: number; label: string };
}

export interface Counting extends Sheet {
  /** The server's clock, by which counts that wait are dated. */
  now: string;
  lines: CountLine[];
  places: Place[];
}

/** What the server takes: of a line of the sheet, or of a scanned code at a place. */
export interface CountBody {
  line?: number;
  code?: string;
  location?: number;
  quantity: string;
  second_quantity?: string;
  counted_at: string;
}

/** The answer to a count: the line as it stands now, and the sheet it is on. */
export type Taken = Sheet & { line: CountLine };

/** Read for the sheet, posted to for each count. */
export const countPath = (sheet: string): string => `/api/v1/inventory/count-sheets/${sheet}/counting/`;
export const fetchCounting = (sheet: string, signal?: AbortSignal): Promise<Counting> => get<Counting>(countPath(sheet), undefined, signal);

export interface Figures {
  lines: number;
  hits: number;
  share: string | null;
  value: string | null;
  book_value: string;
  difference: string;
  absolute: string;
}

export type AccuracyBy = "month" | "warehouse" | "abc" | "cause";

export interface Accuracy {
  currency: string;
  total: Figures;
  results: ({ key: string; label: string } & Figures)[];
}

export const fetchAccuracy = (by: AccuracyBy, signal?: AbortSignal): Promise<Accuracy> => get<Accuracy>("/api/v1/inventory/count-accuracy/", { by }, signal);
