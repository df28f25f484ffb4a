import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { CompanyData, CompanyExport, Samples } from "./api";
import { ClosedPage } from "./closed-page";
import { DataPage } from "./data-page";

const company: CompanyData = { slug: "acme", name: "Acme", state: "ready", is_copy: false, outgoing_off: false, may_let_out: false, may_export: true, may_delete: true, may_copy: true, copy_until: null, copies: [], days_to_undo: 30, deletion: null };
const made: CompanyExport = { id: 3, state: "ready", job_id: 9, progress: 1, message: "", started_by: "Sales manager", created_at: "2026-11-20T08:00:00Z", finished_at: "2026-11-20T08:01:00Z", expires_at: "2026-11-27T08:01:00Z", size: 2_500_000, rows: 12_345, files: 7, sha256: "ab" };
const none: Samples = { removable: [], kept: [] };
const allowed = { ...bootstrap, permissions: [...bootstrap.permissions, "access.company.export", "access.company.delete", "samples.sample.remove"] };

describe("company data", () => {
  it("is exported, followed, stopped and fetched", async () => {
    const fetched: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      fetched.push(this.getAttribute("href") ?? "");
    });
    let running = false;
    const asked = serve({
      "GET /api/v1/company/data/": company,
      "GET /api/v1/company/samples/": none,
      "GET /api/v1/company/exports/": () => ({ results: running ? [{ ...made, id: 4, state: "running", progress: 0.4, finished_at: null, expires_at: null, size: 0 }, made] : [made] }),
      "POST /api/v1/company/exports/": () => {
        running = true;
        return made;
      },
      "POST /api/v1/jobs/9/cancel/": () => {
        running = false;
        return {};
      },
      "POST /api/v1/company/exports/3/link/": { url: "/api/v1/company/exports/3/file/?signature=s", expires_in: 3600 },
    });
    await renderPage(<DataPage />, { bootstrap: allowed });
    const user = userEvent.setup();
    expect(await screen.findByText(/12,345 rows, 7 files, 2.5 MB/, {}, { timeout: 4000 })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Download" }));
    await waitFor(() => expect(fetched).toEqual(["/api/v1/company/exports/3/file/?signature=s"]));
    await user.click(screen.getByRole("button", { name: "Export everything" }));
    expect(await screen.findByRole("img", { name: "40 % done" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Export everything" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Stop" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Stop" })).not.toBeInTheDocument());
    expect(asked.filter((call) => call.method === "POST").map((call) => call.path)).toEqual(["/api/v1/company/exports/3/link/", "/api/v1/company/exports/", "/api/v1/jobs/9/cancel/"]);
  });

  it("is deleted only with a reason and the address typed", async () => {
    const asked = serve({
      "GET /api/v1/company/data/": company,
      "GET /api/v1/company/samples/": none,
      "GET /api/v1/company/exports/": { results: [] },
      "POST /api/v1/company/deletion/": problem("forbidden", 403, { detail: "Only an owner may do this, in person" }),
    });
    await renderPage(<DataPage />, { bootstrap: allowed });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Delete company…" }));
    const dialog = await screen.findByRole("dialog");
    const act = within(dialog).getByRole("button", { name: "Close and delete" });
    expect(act).toBeDisabled();
    await user.type(within(dialog).getByLabelText("Type the company's address, acme"), "acm");
    await user.type(within(dialog).getByLabelText("Why are you leaving?"), "We stop trading");
    expect(act).toBeDisabled();
    await user.type(within(dialog).getByLabelText("Type the company's address, acme"), "e");
    await user.click(act);
    expect(await within(dialog).findByText("Only an owner may do this, in person")).toBeInTheDocument();
    expect(asked.find((call) => call.method === "POST")?.body).toEqual({ confirm: "acme", reason: "We stop trading" });
  });

  it("says which samples stay, and asks before the others go", async () => {
    let samples: Samples = { removable: [{ kind: "products", count: 6 }], kept: [{ kind: "party", title: "A Bike Store", used_by_kind: "sales order", used_by: "SO-26-00004" }] };
    serve({
      "GET /api/v1/company/data/": { ...company, may_delete: false },
      "GET /api/v1/company/exports/": { results: [] },
      "GET /api/v1/company/samples/": () => samples,
      "POST /api/v1/company/samples/remove/": () => {
        samples = { removable: [], kept: samples.kept };
        return { kept: samples.kept };
      },
    });
    await renderPage(<DataPage />, { bootstrap: allowed });
    const user = userEvent.setup();
    expect(await screen.findByText("products 6")).toBeInTheDocument();
    expect(screen.getByText("used by sales order SO-26-00004")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Delete company…" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Remove sample data" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Remove sample data" }));
    await waitFor(() => expect(screen.queryByText("products 6")).not.toBeInTheDocument());
    expect(screen.getByText("A Bike Store")).toBeInTheDocument();
  });

  it("of a closed company can be taken along, and the company back by an owner only", async () => {
    const deletion = { asked_by: "owner@acme.example", asked_at: "2026-11-20T08:00:00Z", purge_at: "2026-12-20T08:00:00Z", reason: "x" };
    const asked = serve({
      "GET /api/v1/company/data/": { ...company, state: "closed", deletion },
      "GET /api/v1/company/exports/": { results: [made] },
      "POST /api/v1/company/deletion/undo/": {},
    });
    await renderPage(<ClosedPage />, { bootstrap });
    expect(await screen.findByRole("heading", { name: "Acme is closed" })).toBeInTheDocument();
    expect(screen.getByText(/owner@acme.example asked for its deletion. Until December 20, 2026/)).toBeInTheDocument();
    expect(await screen.findByRole("button", { name: "Download" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Open the company again" }));
    await waitFor(() => expect(asked.some((call) => call.path.endsWith("/undo/"))).toBe(true));
  });

  it("is nobody else's business", async () => {
    serve({ "GET /api/v1/company/data/": problem("forbidden", 403) });
    await renderPage(<ClosedPage />, { bootstrap });
    expect(await screen.findByText("An owner of the company can open it again.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /Open|Export/ })).not.toBeInTheDocument();
  });

  it("is copied beside itself from the latest export", async () => {
    let polls = 0;
    const copy = { slug: "acme-copy", name: "Acme (copy)", url: "http://acme-copy.localhost/", created_at: "2026-11-20T08:05:00Z", copy_until: "2026-12-05T08:05:00Z" };
    const asked = serve({
      "GET /api/v1/company/data/": () => ({ ...company, copies: polls > 1 ? [copy] : [] }),
      "GET /api/v1/company/exports/": { results: [made] },
      "GET /api/v1/company/samples/": none,
      "POST /api/v1/company/exports/3/copy/": ({ body }: { body: unknown }) =>
        (body as { slug: string }).slug === "acme" ? problem("invalid", 400, { errors: [{ field: "slug", code: "taken", message: "This address is taken" }] }) : { job_id: 12 },
      "GET /api/v1/jobs/12/": () => ({ id: 12, state: polls++ > 0 ? "done" : "running", progress: 0.4, message: "" }),
    });
    await renderPage(<DataPage />, { bootstrap: allowed });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Make a copy…" }));
    const address = screen.getByLabelText("Address of the copy");
    expect(address).toHaveValue("acme-copy");
    await user.clear(address);
    await user.type(address, "acme");
    await user.click(screen.getByRole("button", { name: "Make the copy" }));
    expect(await screen.findByText("This address is taken")).toBeVisible();
    await user.type(address, "-copy");
    await user.click(screen.getByRole("button", { name: "Make the copy" }));
    expect(await screen.findByRole("img", { name: "40 % done" })).toBeVisible();
    expect(await screen.findByRole("link", { name: "Open" }, { timeout: 4000 })).toHaveAttribute("href", copy.url);
    expect(asked.filter((call) => call.path.endsWith("/copy/")).at(-1)?.body).toEqual({ slug: "acme-copy", name: "Acme (copy)" });
  });
});
