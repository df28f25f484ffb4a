/** Companies of the person, and making a new one. */
import { get, post } from "@/platform/api/request";
import type { CompanyLink } from "@/platform/session/bootstrap";
import type { Option } from "@/ui/controls";

export interface SignupOptions {
  industries: Option[];
  languages: Option[];
  currencies: Option[];
  time_zones: Option[];
  /** What stands behind the slug in the address. */
  domain: string;
  /** Whether this installation has sample records to offer. */
  sample_data: boolean;
}

type Loose = string | { value?: string; key?: string; code?: string; label?: string; title?: string; name?: string };

const option = (item: Loose): Option =>
  typeof item === "string" ? { value: item, label: item } : { value: item.value ?? item.key ?? item.code ?? "", label: item.label ?? item.title ?? item.name ?? item.value ?? "" };

export async function signupOptions(): Promise<SignupOptions> {
  const raw = await get<Record<string, Loose[] | string | boolean | undefined>>("/api/v1/signup/options/");
  const list = (key: string) => (Array.isArray(raw[key]) ? raw[key].map(option) : []);
  return {
    industries: list("industries"),
    languages: list("languages"),
    currencies: list("currencies"),
    time_zones: list("time_zones"),
    domain: typeof raw.domain === "string" ? raw.domain : window.location.host,
    sample_data: raw.sample_data === true,
  };
}

export interface SlugVerdict {
  slug: string;
  available: boolean;
  reason?: string;
  suggestions?: string[];
}

export const checkSlug = (slug: string, name: string, signal?: AbortSignal) => get<SlugVerdict>("/api/v1/companies/slug/", { slug, name }, signal);

export interface NewCompany {
  name: string;
  slug: string;
  industry: string;
  language: string;
  currency: string;
  time_zone: string;
  sample_data: boolean;
}

export const createCompany = (company: NewCompany, idempotencyKey: string) =>
  post<{ slug: string; name: string; url: string; state: string }>("/api/v1/companies/", company, { idempotencyKey });

export async function myCompanies(): Promise<CompanyLink[]> {
  const answer = await get<{ results?: CompanyLink[]; companies?: CompanyLink[] } | CompanyLink[]>("/api/v1/companies/");
  return Array.isArray(answer) ? answer : (answer.results ?? answer.companies ?? []);
}

/** Goes to the company's own host with a ticket that works once. */
export async function enterCompany(slug: string): Promise<void> {
  const { url } = await post<{ url: string }>(`/api/v1/companies/${encodeURIComponent(slug)}/ticket/`);
  window.location.assign(url);
}

/** A name as an address: "Adventure Works" → adventure-works. What has no Latin letters stays for the person to fill. */
export const slugFrom = (name: string): string =>
  name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
