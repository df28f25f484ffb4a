import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { Modules } from "./api";
import { ModulesPage } from "./modules-page";

const feature = (key: string, title: string, more: object = {}) => ({ key, title, core: false, entitled: true, enabled: true, requires: [], ...more });
const limits: Modules["limits"] = [{ key: "access.members", title: "People", unit: "", used: 4, most: 5 }, { key: "records.storage", title: "Storage", unit: "bytes", used: 1_610_612_736, most: 16_106_127_360 }];
const modules = (pool: boolean): Modules => ({ limits, modules: [
  { key: "crm", title: "CRM", description: "Leads", enabled: true, features: [feature("crm.leads", "Leads", { core: true }), feature("crm.pool", "Public pool", { enabled: pool }), feature("crm.ai", "Scoring", { enabled: false, entitled: false })] },
] });
const effect = { disables: ["crm.pool"], enables: [], menu: ["Public pool"], lines: [{ effect: "out_of_sight", count: 3, text: "3 pool rules are out of sight", entity: "crm.pool_rule" }, { effect: "stops", count: 1, text: "1 schedule stops: Nightly return", entity: "" }] };

describe("the switches of a company", () => {
  it("show what goes before anything is switched off, and how to have it back", async () => {
    const asked = serve({
      "GET /api/v1/modules/": modules(true),
      "GET /api/v1/modules/features/crm.pool/effect/": effect,
      "POST /api/v1/modules/features/crm.pool/actions/disable/": modules(false),
      "POST /api/v1/modules/features/crm.pool/actions/enable/": modules(true),
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
      "GET /api/v1/modules/": modules(false),
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

describe("where a right comes from", () => {
  const right = (source: string, more: object = {}) => ({ source, since: "2026-10-01T00:00:00Z", until: null, reason: "", by: "", ...more });
  const company: Modules = {
    limits,
    modules: [
      {
        key: "crm", title: "CRM", description: "Leads", enabled: true,
        features: [
          feature("crm.leads", "Leads", { core: true, rights: [right("trial", { until: "2026-11-25T00:00:00Z" })] }),
          feature("crm.pool", "Public pool", { rights: [right("plan")] }),
          feature("crm.ai", "Scoring", { rights: [right("grant", { until: "2026-12-31T00:00:00Z", reason: "A pilot", by: "Support" })] }),
          feature("crm.mail", "Mailings", { enabled: false, entitled: false, rights: [right("plan"), right("deny", { reason: "Complaints", by: "Support" })] }),
          feature("crm.old", "Old leads", { entitled: false, dropped: true, rights: [right("add_on", { until: "2026-11-10T00:00:00Z" })] }),
        ],
      },
    ],
  } as Modules;

  it("stands at each function, exceptions with who and why; limits stand with what is used", async () => {
    serve({ "GET /api/v1/modules/": company });
    await renderPage(<ModulesPage />, { bootstrap });
    const of = async (name: string) => (await screen.findByRole("switch", { name })).closest("li") as HTMLElement;
    expect(await of("Public pool")).toHaveTextContent("Plan since 10-01");
    expect(await of("Scoring")).toHaveTextContent("Exception since 10-01, until 12-31A pilot by Support");
    expect(await of("Old leads")).toHaveTextContent("Add-on until 11-10 can still be read");
    expect((await screen.findByText("Mailings", { selector: ".ft span" })).closest("li")).toHaveTextContent(/Withheld since 10-01Complaints by Support/);
    expect(screen.getByRole("option", { name: /CRM/ })).toHaveTextContent("Trial · 4 days left");
    expect(screen.getByRole("meter", { name: "People" })).toHaveAttribute("aria-valuetext", "4 of 5");
    expect(screen.getByRole("meter", { name: "Storage" })).toHaveAttribute("aria-valuetext", "1.5 GB of 15 GB");
  });

  it("is told in the history, in the reader's language", async () => {
    serve({
      "GET /api/v1/modules/": company,
      "GET /api/v1/modules/history/": { results: [
        { at: "2026-11-20T02:00:00Z", by: "支持", by_system: false, what: "feature_granted", on: ["评分"], off: [], reason: "试点", until: "2026-12-31T00:00:00Z" },
        { at: "2026-11-19T02:00:00Z", by: "billing", by_system: true, what: "subscription", on: ["线索"], off: ["生产"], reason: "", until: null },
      ] },
    });
    await renderPage(<ModulesPage />, { bootstrap, language: "zh" });
    await userEvent.setup().click(await screen.findByRole("tab", { name: "变更记录" }));
    const [first, second] = within(await screen.findByRole("list", { name: "变更记录" })).getAllByRole("listitem");
    expect(first).toHaveTextContent(/支持 特批开通增加：评分试点.*至 12-31/);
    expect(second).toHaveTextContent(/订阅 变更开通范围增加：线索减少：生产/);
  });
});
