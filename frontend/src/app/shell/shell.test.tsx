import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { bootstrap, salesOrder } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import { placeIn } from "../record-routes/record-route";
import { Shell } from "./shell";

const shown = (path = "/shared/sales-orders") => renderPage(<Shell />, { bootstrap, path });

describe("the frame", () => {
  it("draws three levels from the server's menu and marks where one is", async () => {
    serve({});
    await shown();
    const rail = screen.getAllByRole("navigation", { name: "Modules" })[0] as HTMLElement;
    expect(within(rail).getByRole("link", { name: "Sales" })).toHaveAttribute("aria-current", "page");
    const panel = screen.getByRole("navigation", { name: "Sales" });
    expect(within(panel).getByRole("link", { name: "Sales orders" })).toHaveAttribute("aria-current", "page");
    expect(within(panel).getByRole("link", { name: "Our site" })).toHaveAttribute("href", "https://acme.example");
  });

  it("offers to make only what I may make, and moves there", async () => {
    serve({});
    const { router } = await shown();
    const user = userEvent.setup();
    await user.click(screen.getAllByRole("button", { name: "New" })[0] as HTMLElement);
    await user.click(screen.getByRole("menuitem", { name: "Sales order" }));
    expect(router.history.location.pathname).toBe("/shared/sales-orders/new");
  });

  it("keeps the page list folded for the next time", async () => {
    serve({});
    await shown();
    await userEvent.click(screen.getByRole("button", { name: "Hide the page list" }));
    expect(localStorage.getItem("tenon.panel")).toBe("closed");
  });
});

describe("the palette", () => {
  const hit = { entity: "shared.sales_order", entity_label: "Sales order", id: 7, title: "SO-25-0007", subtitle: "A Bike Store", state: "draft", kind: "draft", route: "/shared/sales-orders/7" };

  async function opened(answers: Record<string, unknown> = {}) {
    const asked = serve({ "GET /api/v1/search/": { results: [hit] }, ...answers });
    const page = await shown();
    const user = userEvent.setup();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "0007");
    await screen.findByText("A Bike Store", {}, { timeout: 3000 });
    return { asked, user, ...page };
  }

  it("finds a record and opens it with Enter", async () => {
    const { user, router } = await opened();
    await waitFor(() => expect(screen.getByRole("option", { selected: true })).toHaveTextContent("A Bike Store"));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.history.location.pathname).toBe("/shared/sales-orders/7"));
    expect(screen.queryByRole("combobox")).not.toBeInTheDocument();
  });

  it("runs a verb that the state allows, and asks before a dangerous one", async () => {
    const done = vi.fn(() => ({ record: {}, result: null }));
    const { user, asked } = await opened({ "POST /api/v1/shared/sales-orders/7/actions/confirm/": done, "POST /api/v1/shared/sales-orders/7/actions/cancel/": done });
    await user.click(screen.getByText("Confirm order"));
    await waitFor(() => expect(done).toHaveBeenCalledOnce());
    expect(asked.find((call) => call.method === "POST")?.headers.get("Idempotency-Key")).toBeTruthy();
    expect(await screen.findByText("Confirm order: SO-25-0007")).toBeInTheDocument();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "0007");
    await user.click(await screen.findByText("Cancel order", {}, { timeout: 3000 }));
    const dialog = await screen.findByRole("dialog", { name: /Cancel order/ });
    expect(done).toHaveBeenCalledOnce();
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(done).toHaveBeenCalledOnce();
  });

  it("shows verbs only behind a >", async () => {
    const asked = serve({});
    await shown();
    const user = userEvent.setup();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), ">new");
    expect(await screen.findByRole("option", { name: /New Sales order/ })).toBeInTheDocument();
    expect(screen.queryByText("Pages")).not.toBeInTheDocument();
    expect(asked.some((call) => call.path === "/api/v1/search/")).toBe(false);
  });
});

it("reads list, new, record and edit from the address", () => {
  const at = (rest: string) => placeIn(salesOrder, `/shared/sales-orders${rest}`);
  expect(at("")).toEqual({ kind: "list" });
  expect(at("/new")).toEqual({ kind: "form" });
  expect(at("/12")).toEqual({ kind: "detail", id: "12" });
  expect(at("/12/edit")).toEqual({ kind: "form", id: "12" });
  expect(at("/12/other")).toBeNull();
  expect(at("/12/edit/more")).toBeNull();
});
