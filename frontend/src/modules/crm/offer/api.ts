/** What a customer reads and says by the link of a quote. The secret stands in the address behind the #, and goes to the server in a header only. */
import { problemFrom } from "@/platform/api/problem";
import { request, send } from "@/platform/api/request";

export interface OfferLine {
  id: number; code: string; name: string; name_zh: string; description: string; quantity: string; unit: string; second_quantity: string | null; second_unit: string;
  unit_price: string; price_unit: string; discount: string; tax_rate: string; total: string; optional: boolean; chosen: boolean; promised_on: string | null;
}
export interface Sums { subtotal: string; tax_amount: string; freight: string; total: string; taxes: { label: string; rate: string; amount: string }[] }
export interface OfferAnswer { kind: "comment" | "accepted" | "declined"; at: string; name: string; title: string; words: string; signed: boolean; hash: string }
export interface Offer extends Sums {
  company: string; number: string; revision: number; state: "open" | "accepted" | "declined" | "expired" | "replaced"; customer: string; customer_zh: string; contact: string; seller: string;
  quoted_on: string; valid_until: string; promised_on: string | null; currency: string; payment_term: string; note: string; lines: OfferLine[]; answers: OfferAnswer[];
}
export interface Yes { number: string; name: string; title: string; words: string; signature: string; options: number[] }

const path = "/api/v1/crm/portal/offer/";

export function offer(secret: string) {
  const headers = { Authorization: `Link ${secret}` };
  const say = <T = Offer>(at: string, body: unknown) => request<T>("POST", path + at, { headers, body, expectsSignedOut: true });
  return {
    read: (signal?: AbortSignal) => request<Offer>("GET", path, { headers, signal, expectsSignedOut: true }),
    total: (options: number[]) => say<Sums>("total/", { options }),
    accept: (yes: Yes) => say("accept/", yes),
    decline: (number: string, name: string, words: string) => say("decline/", { number, name, words }),
    comment: (name: string, words: string) => say("comment/", { name, words }),
    paper: async (language: string): Promise<Blob> => {
      const response = await send("GET", `${path}paper/?language=${language}`, { headers });
      if (!response.ok) throw await problemFrom(response);
      return response.blob();
    },
  };
}

export type OfferApi = ReturnType<typeof offer>;
