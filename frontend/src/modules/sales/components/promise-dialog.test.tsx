import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import type { Ground, PromiseAnswer } from "../api/promise";
import { PromiseDialog } from "./promise-dialog";

const path = "POST /api/v1/production/promise/";
const bike = { id: 5, label: "BIKE", name: "Bicycle", unit: "EA" };
const ground = (more: Partial<Ground>): Ground => ({
  depth: 0, kind: "production", product: bike, quantity: "3.000000", on: "2026-12-04", begins: "2026-12-02", document: null, wait: null, decides: false, ...more,
});
const answer: PromiseAnswer = {
  on: "2026-12-04",
  reasons: [
    ground({ decides: true, wait: { place: "Welding", since: "2026-12-01T00:00:00Z", until: "2026-12-02T01:00:00Z" } }),
    ground({ depth: 1, kind: "purchase", product: { id: 6, label: "FRAME", name: "Frame", unit: "EA" }, on: "2026-12-01", begins: null }),
  ],
  rush: {
    on: "2026-12-01",
    late: 1,
    slips: [{ order: { id: 9, label: "WO-9" }, product: { label: "BIKE", name: "Bicycle" }, made_for: "SO-1 / 10", due_on: "2026-12-03", before: "2026-12-03T02:00:00Z", after: "2026-12-04T02:00:00Z", minutes: 1440, late: true }],
  },
};
const show = (found: PromiseAnswer) => {
  const asked = serve({ [path]: found });
  return renderPage(<PromiseDialog product={{ id: 5, label: "BIKE" }} quantity="3.000000" onClose={vi.fn()} />, { bootstrap }).then(() => asked);
};

describe("why a line is there on its day", () => {
  it("shows what decides, what it waits for, and whom a rush makes late", async () => {
    const asked = await show(answer);
    const waits = await screen.findByText(/Waits for Welding until/);
    expect(waits.closest("li")).toHaveClass("so-decides");
    expect(screen.getByText("Frame").closest("li")).not.toHaveClass("so-decides");
    const rush = screen.getByText(/As a rush:/).closest("section")!;
    expect(within(rush).getByText("One order would be late by that.")).toBeInTheDocument();
    expect(within(rush).getByText("WO-9")).toBeInTheDocument();
    expect(within(rush).getByText("SO-1 / 10")).toBeInTheDocument();
    expect(asked.find((call) => call.method === "POST")?.body).toEqual({ product: 5, quantity: "3.000000", rush: true });
  });

  it("offers no rush where nothing would be gained", async () => {
    await show({ ...answer, rush: null });
    expect(await screen.findByText(/does not wait for a machine/)).toBeInTheDocument();
    expect(screen.queryByText(/As a rush:/)).toBeNull();
  });
});
