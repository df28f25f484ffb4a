import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { SupportAccess } from "./api";
import { SupportNotice } from "./support-notice";
import { SupportPage } from "./support-page";

const shut: SupportAccess = { may_grant: true, hours: [1, 4, 24], grant: null, sessions: [] };
const open: SupportAccess = {
  ...shut,
  grant: { scope: "read_only", reason: "Tax of an invoice", granted_by: "Owner", granted_at: "2026-11-21T01:00:00Z", until: "2026-11-21T05:00:00Z" },
  sessions: [{ id: 4, label: "Support (second line)", reason: "Tax of an invoice", scope: "read_only", begun_at: "2026-11-21T02:00:00Z", ended_at: null, reads: 12, writes: 0 }],
};
const page = "/api/v1/company/support/";

describe("support access", () => {
  it("is given by an owner for a time and a reason, and taken back", async () => {
    const asked = serve({ [`GET ${page}`]: shut, [`POST ${page}`]: open, [`POST ${page}end/`]: shut, "GET /api/v1/bootstrap/": bootstrap });
    await renderPage(<SupportPage />, { bootstrap });
    const user = userEvent.setup({ delay: null });
    expect(await screen.findByText("Support cannot come in")).toBeInTheDocument();
    expect(screen.getByText("Nobody of support has been here.")).toBeInTheDocument();
    const give = screen.getByRole("button", { name: "Let support in" });
    expect(give).toBeDisabled();
    await user.selectOptions(screen.getByLabelText("How long"), "24");
    await user.type(screen.getByLabelText("What is it about?"), "Tax of an invoice");
    await user.click(give);
    expect(await screen.findByText("Support may come in")).toBeInTheDocument();
    expect(asked.find((call) => call.method === "POST")?.body).toEqual({ hours: 24, scope: "read_only", reason: "Tax of an invoice" });
    await user.click(screen.getByRole("button", { name: "End support access now" }));
    await waitFor(() => expect(screen.getByText("Support cannot come in")).toBeInTheDocument());
  });

  it("shows every visit with all it asked for, refusals among it, older ones on demand", async () => {
    const visit = (id: number, method: string, status: number, label = "") => ({ id, at: "2026-11-21T02:05:00Z", method, path: "/api/v1/finance/invoices/7/", label, status });
    serve({
      [`GET ${page}`]: open,
      [`GET ${page}sessions/4/`]: (call: { query: URLSearchParams }) => (call.query.get("before") ? { results: [visit(1, "GET", 200, "Older one")], next: null } : { results: [visit(9, "GET", 200, "Invoice 2026-0042"), visit(8, "PATCH", 403)], next: 8 }),
    });
    await renderPage(<SupportPage />, { bootstrap, language: "zh" });
    const user = userEvent.setup({ delay: null });
    const visits = await screen.findByRole("list", { name: "来访记录" });
    expect(visits).toHaveTextContent("Support (second line)");
    await user.click(within(visits).getByRole("button"));
    const [, read, refused] = await within(visits).findAllByRole("row");
    expect(read).toHaveTextContent(/Invoice 2026-0042/);
    expect(refused).toHaveTextContent("403");
    await user.click(within(visits).getByRole("button", { name: "更早" }));
    expect(await within(visits).findByText("Older one")).toBeInTheDocument();
  });

  it("is not given by who is no owner, and what the server refuses is said", async () => {
    serve({ [`GET ${page}`]: { ...shut, may_grant: false } });
    const first = await renderPage(<SupportPage />, { bootstrap });
    expect(await screen.findByText("Only an owner of the company lets support in.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Let support in" })).not.toBeInTheDocument();
    first.unmount();
    serve({ [`GET ${page}`]: shut, [`POST ${page}`]: problem("forbidden", 403, { detail: "Sign in anew first." }) });
    await renderPage(<SupportPage />, { bootstrap });
    const user = userEvent.setup({ delay: null });
    await user.type(await screen.findByLabelText("What is it about?"), "Anything");
    await user.click(screen.getByRole("button", { name: "Let support in" }));
    expect(await screen.findByText("Sign in anew first.")).toBeInTheDocument();
  });

  it("is said above every page while somebody is in", async () => {
    serve({});
    await renderPage(<SupportNotice />, { bootstrap: { ...bootstrap, support: { mine: false, label: "", scope: "read_only", until: "2026-11-21T05:00:00Z", inside: 1 } } });
    expect(await screen.findByText(/Support is looking into this company/)).toBeInTheDocument();
  });
});
