import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import type { MenuDocument } from "./api";
import { MenuPage } from "./menu-page";

const node = (id: string, title: string, parent: string | null, order: number, more: object = {}) => ({ id, title, parent, order, icon: "", page: false, entity: null, route: null, url: null, ...more });
const document: MenuDocument = {
  version: 3, nodes: {}, added: [], draft: null, ignored: [],
  defaults: [
    node("sales", "Sales", null, 10, { icon: "shopping-cart" }),
    node("sales.orders", "Orders", "sales", 10),
    node("sales.orders.list", "Sales orders", "sales.orders", 10, { page: true, entity: "shared.sales_order", route: "/shared/sales-orders" }),
    node("sales.orders.profit", "Profit of orders", "sales.orders", 20, { page: true, route: "/finance/order-profit" }),
  ],
};
const server = () =>
  serve({
    "GET /api/v1/access/menu/": document,
    "PUT /api/v1/access/menu/draft/": {},
    "PUT /api/v1/access/menu/": (call: { body: object }) => ({ ...document, ...call.body, version: 4 }),
    "GET /api/v1/access/roles/": { results: [] },
    "GET /api/v1/records/saved-views/": { results: [{ id: 12, name: "Late and unpaid", entity: "shared.sales_order", shared: true }, { id: 13, name: "Mine alone", entity: "shared.sales_order", shared: false }] },
    "GET /api/v1/bootstrap/": bootstrap,
  });
const published = (asked: ReturnType<typeof serve>) => asked.find((call) => call.method === "PUT" && call.path === "/api/v1/access/menu/")?.body as { nodes: Record<string, unknown>; added: Record<string, unknown>[] };

describe("the menu editor", () => {
  it("gives a module another icon by keyboard; below the first level there is none", async () => {
    const asked = server();
    await renderPage(<MenuPage />, { bootstrap });
    const user = userEvent.setup();
    (await within(await screen.findByRole("listbox", { name: "1 Module" })).findByRole("option", { name: /^Sales/ })).focus();
    await user.keyboard("{Enter}");
    const field = await screen.findByLabelText("Icon");
    expect(field).toHaveTextContent("Cart");
    field.focus();
    await user.keyboard("{Enter}");
    const icons = await screen.findByRole("radiogroup", { name: "Icon" });
    expect(within(icons).getByRole("radio", { name: "Cart" })).toHaveFocus();
    await user.keyboard("{ArrowRight}{Enter}");
    expect(screen.queryByRole("radiogroup", { name: "Icon" })).not.toBeInTheDocument();
    expect(field).toHaveFocus();
    await user.click(screen.getByRole("button", { name: "Publish menu" }));
    await waitFor(() => expect(published(asked)?.nodes).toEqual({ sales: { icon: "store" } }));
    await user.click(screen.getByRole("option", { name: /^Orders/ }));
    expect(await screen.findByLabelText("Icon")).toBeDisabled();
    expect(screen.getByLabelText("Icon")).toHaveTextContent("None below level 1");
  });

  it("takes in a saved view, a report and an address elsewhere, and offers no private view", async () => {
    const asked = server();
    await renderPage(<MenuPage />, { bootstrap });
    const user = userEvent.setup();
    const pages = await screen.findByRole("region", { name: "3 Page" });
    expect(within(pages).queryByText("Mine alone")).not.toBeInTheDocument();
    await user.click(await within(pages).findByRole("button", { name: /^Late and unpaid/ }));
    await user.type(within(pages).getByLabelText("Find a page or view"), "profit");
    await user.click(within(pages).getByRole("button", { name: /^Profit of orders/ }));
    await user.click(within(pages).getByRole("button", { name: "External link" }));
    await user.clear(screen.getByLabelText("Web address"));
    await user.type(screen.getByLabelText("Web address"), "https://rates.example/today");
    await user.click(screen.getByRole("button", { name: "Publish menu" }));
    await waitFor(() => expect(published(asked)?.added).toMatchObject([
      { parent: "sales.orders", entity: "shared.sales_order", view: "saved-12", title: { en: "Late and unpaid" } },
      { parent: "sales.orders", route: "/finance/order-profit" },
      { parent: "sales.orders", url: "https://rates.example/today" },
    ]));
  });
});
