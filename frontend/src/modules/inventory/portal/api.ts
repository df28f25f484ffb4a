/** What a supplier reads and says by its link. The secret stands in the address behind the #, and goes to the server in a header only. */
import { problemFrom } from "@/platform/api/problem";
import { request, send } from "@/platform/api/request";

export interface InquiryHead { id: number; number: string; title: string; round: number; closes_at: string; status: "waiting" | "seen" | "answered" | "declined"; open: boolean }
export interface OrderHead { id: number; number: string; status: string; ordered_on: string; due_on: string | null; currency: string; total: string; to_confirm: boolean; proposed: boolean }
export interface Scheduled { id: number; agreement: string; code: string; name: string; name_zh: string; due_on: string; quantity: string; unit: string }
export interface Home { company: string; supplier: string; expires_at: string; inquiries: InquiryHead[]; orders: OrderHead[]; deliveries: Scheduled[] }

export interface OfferedLine { line: number; price: string; per: string; unit: number; min_quantity: string; lead_days: number | null; delivers_on: string | null; alternative: string }
export interface InquiryLine {
  id: number; code: string; name: string; name_zh: string; description: string; quantity: string; quantity_unit: string; unit: number; needed_on: string | null; warehouse: string;
  /** Of goods priced by weight: what is expected, in `unit`. */
  second_quantity: string | null;
  units: { id: number; label: string; code: string }[];
  rank?: number; of?: number; best_price?: string; best_currency?: string; best_unit?: string;
}
export interface InquiryFile { id: number; name: string; size: number; round: number }
export interface Inquiry extends InquiryHead {
  /** Ours, to download; and what the supplier attached to its answers. */
  files: InquiryFile[]; own_files: InquiryFile[];
  company: string; supplier: string; terms: string; warehouse: string; currencies: string[]; own_currency: string; reveals: "nothing" | "rank" | "best"; lines: InquiryLine[];
  answer: { currency: string; valid_until: string | null; freight: string; words: string; lines: OfferedLine[]; given_at: string; round: number } | null;
}

export interface OrderLine { id: number; code: string; name: string; name_zh: string; description: string; quantity: string; unit: string; unit_price: string; price_unit: string; second_quantity: string | null; total: string; due_on: string | null; confirmed_on: string | null; open: boolean; cancelled: boolean }
export interface Order {
  id: number; number: string; status: string; ordered_on: string; due_on: string | null; currency: string; subtotal: string; tax_amount: string; freight: string; total: string;
  company: string; supplier: string; supplier_reference: string; payment_term: string; deliver_to: string; open: boolean; lines: OrderLine[];
  proposal: { state: "open" | "accepted" | "refused" | "replaced"; at: string; words: string; decision: string; lines: { line: number; quantity: string; on: string | null }[] } | null;
}

const path = "/api/v1/inventory/portal/";

export function portal(secret: string) {
  const headers = { Authorization: `Link ${secret}` };
  const read = <T>(at: string, signal?: AbortSignal) => request<T>("GET", path + at, { headers, signal, expectsSignedOut: true });
  const say = <T>(at: string, body: unknown) => request<T>("POST", path + at, { headers, body, expectsSignedOut: true });
  return {
    home: (signal?: AbortSignal) => read<Home>("", signal),
    inquiry: (id: number, signal?: AbortSignal) => read<Inquiry>(`inquiries/${id}/`, signal),
    answer: (id: number, offer: unknown) => say<Inquiry>(`inquiries/${id}/answer/`, offer),
    decline: (id: number, words: string) => say<Inquiry>(`inquiries/${id}/decline/`, { words }),
    attach: (id: number, file: File) => {
      const form = new FormData();
      form.append("file", file);
      return say<Inquiry>(`inquiries/${id}/files/`, form);
    },
    detach: (id: number, file: number) => request<Inquiry>("DELETE", `${path}inquiries/${id}/files/${file}/`, { headers, expectsSignedOut: true }),
    download: async (id: number, file: number): Promise<Blob> => {
      const response = await send("GET", `${path}inquiries/${id}/files/${file}/`, { headers });
      if (!response.ok) throw await problemFrom(response);
      return response.blob();
    },
    order: (id: number, signal?: AbortSignal) => read<Order>(`orders/${id}/`, signal),
    confirm: (id: number, reference: string) => say<Order>(`orders/${id}/confirm/`, { reference }),
    propose: (id: number, lines: unknown[], words: string) => say<Order>(`orders/${id}/propose/`, { lines, words }),
  };
}

export type Portal = ReturnType<typeof portal>;
