import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { ModuleSwitches } from "./api";
import { ModulesPage } from "./modules-page";

const feature = (key: string, title: string, more: object = {}) => ({ key, title, core: false, entitled: true, enabled: true, requires: [], ...more });
const modules = (pool: boolean): ModuleSwitches[] => [
  { key: "crm", title: "CRM", description: "Leads", enabled: true, features: [feature("crm.leads", "Leads", { core: true }), feature("crm.pool", "Public pool", { enabled: pool }), feature("crm.ai", "Scoring", { enabled: false, entitled: false })] },
];
const effect = { disables: ["crm.pool"], enables: [], menu: ["Public pool"], lines: [{ effect: "out_of_sight", count: 3, text: "3 pool rules are out of sight", entity: "crm.pool_rule" }, { effect: "stops", count: 1, text: "1 schedule stops: Nightly return", entity: "" }] };

describe("the switches of a company", () => {
  it("show what goes before anything is switched off, and how to have it back", async () => {
    const asked = serve({
      "GET /api/v1/modules/": { modules: modules(true) },
      "GET /api/v1/modules/features/crm.pool/effect/": effect,
      "POST /api/v1/modules/features/crm.pool/actions/disable/": { modules: modules(false) },
      "POST /api/v1/modules/features/crm.pool/actions/enable/": { modules: modules(true) },
    });
    await renderPage(<ModulesPage />, { bootstrap });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("switch", { name: "Public pool" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("3 pool rules are out of sight")).toBeInTheDocument();
    expect(within(dialog).getByText("1 schedule stops: Nightly return")).toBeInTheDocument();
    expect(within(dialog).getByText("1 page leaves the menu")).toBeInTheDocument();
    expect(asked.some((call) => call.method === "POST")).toBe(false);
    await user.click(within(dialog).getByRole("button", { name: "Switch Public pool off" }));
    await waitFor(() => expect(screen.getByRole("switch", { name: "Public pool" })).not.toBeChecked());
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(screen.getByRole("switch", { name: "Public pool" })).toBeChecked());
  });

  it("offer no switch for what is not in the plan and say when the server refuses", async () => {
    serve({
      "GET /api/v1/modules/": { modules: modules(false) },
      "POST /api/v1/modules/features/crm.pool/actions/enable/": problem("forbidden", 403, { detail: "Only the owner may do this." }),
    });
    await renderPage(<ModulesPage />, { bootstrap });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("switch", { name: "Public pool" }));
    expect(await screen.findByText("Only the owner may do this.")).toBeInTheDocument();
    expect(screen.queryByRole("switch", { name: "Scoring" })).not.toBeInTheDocument();
    expect(screen.getByText("not in plan")).toBeInTheDocument();
  });
});
