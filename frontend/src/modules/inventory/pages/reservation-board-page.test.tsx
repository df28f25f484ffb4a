import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import type { Board } from "../api/reservation-board";
import { ReservationBoardPage } from "./reservation-board-page";

const path = "/api/v1/inventory/reservation-board/";
const board: Board = {
  next: null,
  results: [{
    product: { id: 7, label: "CH-0234 · Chain", code: "CH-0234", name: "Chain" }, unit: "EA", on_hand: "10", reserved: "8", available: "2",
    lines: [
      { line: { entity: "shared.sales_order_line", id: 1 }, document: { entity: "shared.sales_order", id: 11, label: "SO-1 / 10" }, priority: 1, needed_on: "2026-12-01", quantity: "6", short: "6", locked: [], claimed: [] },
      { line: { entity: "shared.sales_order_line", id: 2 }, document: null, priority: 2, needed_on: "2026-12-05", quantity: "8", short: "0", locked: [{ id: 5, quantity: "8", place: "Main", lot: "", is_hard: false, until: null }], claimed: [] },
    ],
    supplies: [{ supply: { entity: "shared.purchase_order_line", id: 3 }, document: { entity: "shared.purchase_order", id: 30, label: "PO-9 / 10" }, quantity: "20", claimed: "0", due_on: "2026-12-03" }],
  }],
};
const rights = ["view", "lock", "release", "reassign", "take_over"].map((verb) => `inventory.reservation.${verb}`);
const may = { ...bootstrap, permissions: [...bootstrap.permissions, ...rights] };

describe("the reservation board", () => {
  it("shows who waits and takes over only with a reason", async () => {
    const asked = serve({ [`GET ${path}`]: board, [`POST ${path}take-over/`]: board });
    await renderPage(<ReservationBoardPage />, { bootstrap: may });
    const user = userEvent.setup();
    expect(await screen.findByText("6 short")).toBeInTheDocument();
    expect(screen.getByText("Another document")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Take over" }));
    const dialog = await screen.findByRole("dialog");
    const go = within(dialog).getByRole("button", { name: "Take over" });
    expect(go).toBeDisabled();
    await user.type(within(dialog).getByLabelText("Quantity"), "3");
    await user.type(within(dialog).getByLabelText("Reason"), "fair on Monday");
    await user.click(go);
    await waitFor(() => expect(asked.some((call) => call.method === "POST")).toBe(true));
    const sent = asked.find((call) => call.method === "POST");
    expect(sent?.body).toEqual({ reservation: 5, to: { entity: "shared.sales_order_line", id: 1 }, quantity: "3", reason: "fair on Monday" });
    expect(sent?.headers.get("Idempotency-Key")).toBeTruthy();
  });

  it("offers nothing to those who may only look", async () => {
    serve({ [`GET ${path}`]: board });
    await renderPage(<ReservationBoardPage />, { bootstrap: { ...bootstrap, permissions: ["inventory.reservation.view"] } });
    expect(await screen.findByText("6 short")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Lock" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Release" })).toBeNull();
  });
});
