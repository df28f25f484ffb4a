/** What the server says about me and my company at the start: rights, features, menu, entity metadata. */
import { queryOptions } from "@tanstack/react-query";
import { bootstrapKey } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { chooseLanguage, currentLanguage, hasChosenLanguage, languageFrom } from "@/platform/i18n/i18n";
import type { EntityMeta, Ref } from "@/platform/records/types";

export interface MenuNode {
  id: string;
  title: string;
  icon?: string;
  children?: MenuNode[];
  entity?: string;
  /** A page of this app. */
  route?: string;
  /** A page elsewhere. */
  url?: string;
  /** Small figure behind the title, red when `late`. */
  count?: number;
  /** Of my own menu: pinned by me. */
  pinned?: boolean;
  late?: boolean;
}

export interface Me {
  person_id: number;
  member_id: number;
  name: string;
  email: string;
  language: string;
  time_zone: string;
  roles: string[];
  department: Ref | null;
}

export interface Tenant {
  slug: string;
  name: string;
  currency: string;
  currency_decimals: number;
  language: string;
  time_zone: string;
  /** The company's own day, not the browser's. */
  today: string;
  /** Not paid for: everything can be seen, nothing written. */
  read_only?: boolean;
  trial_until?: string | null;
  /** From when on the company asks for a second factor, and whether I have none. */
  second_factor?: { required_from: string | null; missing: boolean };
}

export interface CompanyLink {
  slug: string;
  name: string;
  url?: string;
}

export interface Bootstrap {
  me: Me;
  tenant: Tenant;
  companies: CompanyLink[];
  features: string[];
  permissions: string[];
  menu: MenuNode[];
  entities: Record<string, EntityMeta>;
  /** Somebody of support may come in, is in, or is me. */
  support?: { mine: boolean; label: string; scope: "read_only" | "full"; until: string; inside: number } | null;
  revision: string;
}

/** Who has chosen no language here gets the member's, in the menu and on the page at once: the server is not told what the
 * browser speaks, and the app's own words follow before anything of it shows. */
async function arrive(signal?: AbortSignal): Promise<Bootstrap> {
  const chosen = hasChosenLanguage();
  const data = await request<Bootstrap>("GET", "/api/v1/bootstrap/", { signal, expectsSignedOut: true, headers: chosen ? undefined : { "Accept-Language": "*" } });
  const language = languageFrom(data.me.language || data.tenant.language);
  if (!chosen && language !== currentLanguage()) await chooseLanguage(language, false);
  return data;
}

export const bootstrapQuery = queryOptions({
  queryKey: bootstrapKey,
  // Who gets no bootstrap is not always signed out: see `hostSession`.
  queryFn: ({ signal }) => arrive(signal),
  staleTime: 5 * 60_000,
});

/** Who is signed in on this host and whose address it is; neither needs to be anybody. */
export interface HostSession {
  person: { id: number; name: string; email: string; language: string } | null;
  company: { slug: string; name: string; state: string } | null;
}

export const hostSession = (): Promise<HostSession> => get<HostSession>("/api/v1/session/");
