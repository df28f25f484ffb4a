/** A company, a router and a server of a few rows, for tests of the engine. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { startI18n } from "@/platform/i18n/i18n";
import type { Bootstrap } from "@/platform/session/bootstrap";
import { SessionProvider } from "@/platform/session/session";
import uiEn from "@/ui/locales/en.json";
import fieldsEn from "../../fields/locales/en.json";
import recordsEn from "../locales/en.json";
import type { EntityMeta, FieldMeta } from "../types";

export const field = (key: string, type: string, more: Partial<FieldMeta> = {}): FieldMeta => ({
  key, label: key[0]!.toUpperCase() + key.slice(1).replace(/_/g, " "), type, nullable: true, sortable: true, ...more,
});

const can = { view: true, create: true, update: true, delete: true, import: true, export: true };
const features = { attachments: false, comments: false, history: false, custom_fields: true };

export const product: EntityMeta = {
  key: "shared.product", module: "shared", label: "Product", label_plural: "Products", endpoint: "/api/v1/shared/products/", route: "/shared/products",
  title_field: "name", fields: [field("name", "text", { required: true }), field("code", "text")], list: ["name", "code"], can, features,
};

export const party: EntityMeta = {
  key: "shared.party", module: "shared", label: "Customer", label_plural: "Customers", endpoint: "/api/v1/shared/parties/", route: "/shared/parties",
  title_field: "name", fields: [field("name", "text", { required: true, filters: ["eq", "contains"] }), field("code", "text")], list: ["name", "code"], can, features,
};

export const line: EntityMeta = {
  key: "shared.sales_order_line", module: "shared", label: "Line", label_plural: "Lines", endpoint: "/api/v1/shared/sales-order-lines/", route: "",
  title_field: "product", can, features, list: ["product", "quantity", "unit_price", "amount"],
  fields: [
    field("product", "ref", { ref: "shared.product", required: true }), field("quantity", "quantity", { required: true, default: "1" }),
    field("unit_price", "money", { decimals: 2 }), field("amount", "money", { read_only: true, decimals: 2 }),
  ],
};

export const order: EntityMeta = {
  key: "shared.sales_order", module: "shared", label: "Sales order", label_plural: "Sales orders", endpoint: "/api/v1/shared/sales-orders/", route: "/shared/sales-orders",
  title_field: "number", subtitle_field: "customer", list: ["number", "customer", "status", "reference", "total"], search: ["number", "customer.name"], default_order: ["-number"], totals: ["total"],
  fields: [
    field("number", "text", { read_only: true, max_length: 20 }), field("customer", "ref", { ref: "shared.party", required: true, filters: ["eq", "in", "isnull"] }),
    field("status", "choice", { read_only: true, filters: ["eq", "in"], choices: ["draft", "confirmed", "shipped", "cancelled", "late"].map((value) => ({ value, label: value[0]!.toUpperCase() + value.slice(1) })) }),
    field("reference", "text", { filters: ["eq", "contains", "isnull"] }), field("ordered_on", "date", { filters: ["eq", "gte", "lte"] }),
    field("total", "money", { read_only: true, decimals: 2, filters: ["eq", "gte", "lte"] }), field("note", "longtext"), field("gauge", "gauge"),
    field("colour", "text", { custom: true }),
  ],
  form: [{ title: "Order", fields: ["customer", "reference", "ordered_on", "note"] }],
  state_field: "status",
  states: [
    { value: "draft", label: "Draft", kind: "draft" }, { value: "confirmed", label: "Confirmed", kind: "open" }, { value: "shipped", label: "Shipped", kind: "done" },
    { value: "cancelled", label: "Cancelled", kind: "off" }, { value: "late", label: "Late", kind: "late" },
  ],
  actions: [{ key: "confirm", label: "Confirm order", states: ["draft"], primary: true, bulk: true, params: [] }],
  lines: { entity: "shared.sales_order_line", field: "lines" },
  views: [{ key: "open", title: "Open", filters: { status__in: "draft,confirmed" }, order: ["-number"] }],
  can, features,
};

export const bootstrap: Bootstrap = {
  me: { person_id: 1, member_id: 7, name: "Sales manager", email: "s@example.com", language: "en", time_zone: "Asia/Shanghai", roles: [], department: null },
  tenant: { slug: "acme", name: "Acme", currency: "CNY", currency_decimals: 2, language: "en", time_zone: "Asia/Shanghai", today: "2026-11-21" },
  companies: [], features: [], permissions: [], menu: [], revision: "1",
  entities: { [order.key]: order, [line.key]: line, [party.key]: party, [product.key]: product },
};

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown> | undefined;
  headers: Headers;
}

export type Answer = { status?: number; body: unknown };

/** Replaces fetch; every call is kept, so that a test can say what was sent. */
export function serve(answer: (call: Call) => Answer | Promise<Answer>): Call[] {
  const calls: Call[] = [];
  document.cookie = "csrftoken=test";
  vi.stubGlobal("fetch", vi.fn(async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, "http://acme.localhost");
    const call: Call = {
      method: init.method ?? "GET", path: url.pathname, query: url.searchParams,
      body: typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : undefined, headers: new Headers(init.headers),
    };
    calls.push(call);
    const { status = 200, body } = await answer(call);
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "Content-Type": status >= 400 ? "application/problem+json" : "application/json" } });
  }));
  return calls;
}

export const problem = (status: number, type: string, more: Record<string, unknown> = {}): Answer =>
  ({ status, body: { type: `/problems/${type}`, title: type, status, ...more } });

export const words = () => startI18n("en", { en: { ui: uiEn, fields: fieldsEn, records: recordsEn } });

export async function show(children: ReactNode, at = "/shared/sales-orders") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const root = createRootRoute({ component: Outlet });
  const all = createRoute({ getParentRoute: () => root, path: "/$", component: () => <>{children}</> });
  const router = createRouter({
    routeTree: root.addChildren([all]), history: createMemoryHistory({ initialEntries: [at] }),
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => { const text = new URLSearchParams(search as Record<string, string>).toString(); return text ? `?${text}` : ""; },
  });
  await router.load();
  const view = render(
    <QueryClientProvider client={client}>
      <SessionProvider bootstrap={bootstrap}><RouterProvider router={router as never} /></SessionProvider>
    </QueryClientProvider>,
  );
  return { ...view, client, router };
}
