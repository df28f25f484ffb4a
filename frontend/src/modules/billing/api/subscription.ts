/** The company's subscription: how it stands, what can be had, what a change costs. */
import { get, post } from "@/platform/api/request";
import { formatSize } from "@/ui/format/number";

export type Interval = "month" | "year";
export type Standing = "trialing" | "active" | "past_due" | "grace" | "read_only" | "suspended" | "closed";

/** What is subscribed to: modules or bundles by key. */
export interface Plan {
  modules: string[];
  seats: number;
  interval: Interval;
}

export interface SubscriptionStatus {
  standing: Standing;
  /** When it changes by itself. */
  until: string | null;
  trial_until: string | null;
  subscribed: boolean;
  currency: string;
  interval: Interval | "";
  seats: number | null;
  members: number;
  items: { key: string; title: string; seats: number; unit_amount: string }[];
  total: string;
  period_end: string | null;
  /** Subscribed during the trial: paid from then on. */
  paid_from: string | null;
  /** From `period_end` on; without modules the subscription ends. */
  next_plan: Plan | null;
  by_invoice: boolean;
  /** The card that is charged; `month` (YYYY-MM) is the last in which it is good. */
  card: { brand: string; last4: string; month: string; state: "" | "soon" | "expired" } | null;
  /** Payments that the bank took back: owed again. */
  disputes: { amount: string; currency: string; at: string; lost: boolean }[];
  limits: CompanyLimit[];
  /** No longer subscribed to; can be read until then. */
  dropped: { key: string; title: string; until: string }[];
  suspended_by_staff: boolean;
  /** Whether this installation can take payments at all. */
  available: boolean;
}

/** What the subscription gives so much of. */
export interface Limit {
  key: string;
  title: string;
  unit: "" | "bytes" | "per_day";
  used: number;
  most: number;
}

/** `raised`: more than the plan gives, by whoever runs Tenon. */
export interface CompanyLimit extends Limit {
  raised: { given: number; since: string; until: string | null; reason: string } | null;
}

export interface Person {
  id: number;
  name: string;
  email: string;
  me: boolean;
}

export interface Offer {
  key: string;
  title: string;
  description: string;
  icon: string;
  is_bundle: boolean;
  modules: string[];
  features: { key: string; title: string }[];
  prices: { currency: string; month: string; year: string }[];
}

export interface Catalogue {
  currency: string;
  currencies: string[];
  invoice_days: number;
  offers: Offer[];
}

export interface Preview {
  currency: string;
  due_now: string;
  lines: { text: string; amount: string }[];
  proration_date: number;
  next_at: string | null;
  next_total: string;
  ends: string[];
  ends_at: string | null;
  impact: { effect: "read_only" | "out_of_sight" | "stops"; count: number; text: string; entity: string }[];
  /** What there is more of than the smaller plan gives. */
  over: Limit[];
  whole_ends: boolean;
}

export interface Invoice {
  id: string;
  number: string;
  status: "open" | "paid" | "void" | "uncollectible";
  date: string;
  due: string | null;
  currency: string;
  total: string;
  open: string;
  page: string;
  pdf: string;
}

export interface Beginning extends Plan {
  currency: string;
  coupon: string;
  after_trial: boolean;
  by_invoice: boolean;
}

const base = "/api/v1/billing/";
export const fetchStatus = (fresh = false) => get<SubscriptionStatus>(`${base}status/${fresh ? "?fresh=1" : ""}`);
export const fetchCatalogue = () => get<Catalogue>(`${base}catalogue/`);
export const fetchInvoices = async () => (await get<{ results: Invoice[] }>(`${base}invoices/`)).results;
export const fetchPreview = (plan: Plan) => post<Preview>(`${base}preview/`, plan);
export const changePlan = (plan: Plan, seen: Preview) => post<SubscriptionStatus>(`${base}change/`, { ...plan, proration_date: seen.proration_date });
export const beginSubscription = (wanted: Beginning, key: string) => post<{ url: string }>(`${base}checkout/`, wanted, { idempotencyKey: key });
export const openPortal = () => post<{ url: string }>(`${base}portal/`, {});
export const fetchPeople = async () => (await get<{ results: Person[] }>(`${base}people/`)).results;
export const letStay = (stay: number[]) => post<{ results: Person[] }>(`${base}people/`, { stay });
export const payOpen = () => post<{ paid: number }>(`${base}pay/`, {});

/** An amount of a limit as people read it. */
export const amountOf = (limit: Pick<Limit, "unit">, value: number, number: (value: number) => string): string => (limit.unit === "bytes" ? formatSize(value) : number(value));

/** Cents, exactly: prices come with two places. */
const cents = (amount: string) => Number(amount.replace(".", ""));
const amount = (whole: number) => `${Math.trunc(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;

export function priceOf(offer: Offer, currency: string, interval: Interval): string {
  return offer.prices.find((price) => price.currency === currency)?.[interval] ?? "0.00";
}

/** List price of a period. */
export function totalOf(offers: Offer[], plan: Plan, currency: string): string {
  const each = offers.filter((offer) => plan.modules.includes(offer.key)).reduce((sum, offer) => sum + cents(priceOf(offer, currency, plan.interval)), 0);
  return amount(each * plan.seats);
}

/** Picking a bundle leaves its modules, picking a module leaves the bundle that holds it. */
export function toggled(offers: Offer[], picked: string[], key: string): string[] {
  if (picked.includes(key)) return picked.filter((one) => one !== key);
  const wanted = offers.find((offer) => offer.key === key);
  const meets = (other: string) => offers.find((offer) => offer.key === other)?.modules.some((module) => wanted?.modules.includes(module));
  return [...picked.filter((other) => !meets(other)), key];
}

export const samePlan = (one: Plan, other: Plan): boolean =>
  one.seats === other.seats && one.interval === other.interval && [...one.modules].sort().join() === [...other.modules].sort().join();
