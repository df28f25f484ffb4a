/** What the server says about me and my company at the start: rights, features, menu, entity metadata. */
import { queryOptions } from "@tanstack/react-query";
import { bootstrapKey } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
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
  revision: string;
}

export const bootstrapQuery = queryOptions({
  queryKey: bootstrapKey,
  queryFn: ({ signal }) => get<Bootstrap>("/api/v1/bootstrap/", undefined, signal),
  staleTime: 5 * 60_000,
});
