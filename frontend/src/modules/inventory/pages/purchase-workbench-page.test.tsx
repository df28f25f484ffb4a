import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import type { NeedRow, Needs } from "../api/purchase-needs";
import { PurchaseWorkbenchPage } from "./purchase-workbench-page";

const row: NeedRow = {
  key: "7-0", product: { id: 7, label: "CH-0234", name: "Chain" }, unit: "EA", warehouse: null, quantity: "30", needed_on: "2026-12-01", order_quantity: "100",
  supplier: { id: 1, label: "Litware", currency: "CNY" }, price: "1", arrives_on: "2026-11-28", late: false,
  reasons: ["Best price; next is Fabrikam at 3", "Raised to the minimum of 100"],
  needs: [{ kind: "requisition", quantity: "30", needed_on: "2026-12-01", document: { entity: "inventory.requisition", id: 4, label: "PR-4" } }],
  offers: [
    { id: 1, label: "Litware", currency: "CNY", price: "1", quantity: "100", lead_days: 5, rejected: "0", preferred: false, quota: null },
    { id: 2, label: "Fabrikam", currency: "USD", price: "3", quantity: "36", lead_days: 9, rejected: "0.02", preferred: false, quota: null },
  ],
};
const needs: Needs = { currency: "CNY", results: [row] };
const may = { ...bootstrap, permissions: [...bootstrap.permissions, "inventory.purchase_need.order"] };
const path = "/api/v1/inventory/purchase-workbench/";

describe("the purchase workbench", () => {
  it("says whom it would buy from and why", async () => {
    serve({ [`GET ${path}`]: needs });
    await renderPage(<PurchaseWorkbenchPage />, { bootstrap: may });
    expect(await screen.findByText("Best price; next is Fabrikam at 3; Raised to the minimum of 100")).toBeInTheDocument();
    expect(screen.getByText("100")).toBeInTheDocument();
  });

  it("orders what is picked, from another supplier where the buyer says so, and only once", async () => {
    const orders = [{ entity: "shared.purchase_order", id: 9, label: "PO-9" }];
    const asked = serve({ [`GET ${path}`]: needs, [`POST ${path}order/`]: { currency: "CNY", results: [], orders } });
    await renderPage(<PurchaseWorkbenchPage />, { bootstrap: may });
    const user = userEvent.setup();
    await user.click(await screen.findByText("CH-0234"));
    const offers = (await screen.findByText("Who offers it")).closest("section")!;
    await user.click(within(offers).getByRole("button", { name: "Choose" }));
    expect(await screen.findByText("Your choice")).toBeInTheDocument();
    await user.click(screen.getAllByRole("checkbox").at(-1)!);
    await user.click(await screen.findByRole("button", { name: "Order 1 need" }));
    await waitFor(() => expect(asked.some((call) => call.method === "POST")).toBe(true));
    const sent = asked.find((call) => call.method === "POST");
    expect(sent?.body).toEqual({ horizon: 30, rows: [{ key: "7-0", supplier: 2, currency: "USD" }] });
    expect(sent?.headers.get("Idempotency-Key")).toBeTruthy();
    expect(await screen.findByText("Nothing must be bought")).toBeInTheDocument();
    expect(screen.getByText("PO-9")).toBeInTheDocument();
  });
});
