import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import type { CompanyData } from "../company-data/api";
import { DataPage } from "../company-data/data-page";
import type { Restore } from "./api";
import { RestorePage } from "./restore-page";

const one: Restore = {
  id: 5, state: "uploading", stage: "", progress: 0, message: "", slug: "acme-again", file_name: "acme.zip", size: 20, part_size: 8, parts: 3, received: [],
  beside: null, url: null, report: null, created_at: "2026-11-22T08:00:00Z",
};
const report = { equal: true, tables: 150, rows: 12_345, files: 7, missing_files: 0, differing: [] };
const archive = () => new File(["PK\u0003\u0004 sixteen bytes!!!"], "acme.zip", { type: "application/zip" });
const company: CompanyData = { slug: "acme", name: "Acme", state: "ready", is_copy: false, outgoing_off: true, may_let_out: true, may_export: false, may_delete: true, may_copy: true, copy_until: null, copies: [], days_to_undo: 30, deletion: null };

describe("restoring an archive", () => {
  it("sends the parts, follows the work and says how it came back", async () => {
    let rows: Restore[] = [];
    let polls = 0;
    const asked = serve({
      "GET /api/v1/companies/restores/": () => {
        if (rows[0]?.state === "running" && polls++ > 0) rows = [{ ...one, state: "done", url: "http://acme-again.localhost/", report }];
        return { results: rows };
      },
      "POST /api/v1/companies/restores/": ({ body }: { body: unknown }) => {
        if ((body as { slug: string }).slug === "acme") return problem("invalid", 400, { errors: [{ field: "slug", code: "taken", message: "This address is already taken" }] });
        rows = [one];
        return one;
      },
      "PUT /api/v1/companies/restores/5/parts/0/": one,
      "PUT /api/v1/companies/restores/5/parts/1/": one,
      "PUT /api/v1/companies/restores/5/parts/2/": one,
      "POST /api/v1/companies/restores/5/actions/start/": () => {
        rows = [{ ...one, state: "running", stage: "loading", progress: 0.4 }];
        return rows[0];
      },
    });
    await renderPage(<RestorePage />);
    const user = userEvent.setup();
    const start = await screen.findByRole("button", { name: "Restore as a new company" });
    expect(start).toBeDisabled();
    await user.upload(screen.getByLabelText("Archive"), archive());
    await user.type(screen.getByLabelText("Address of the new company"), "acme");
    await user.click(start);
    expect(await screen.findByText("This address is already taken")).toBeVisible();
    await user.type(screen.getByLabelText("Address of the new company"), "-again");
    await user.click(start);
    expect(await screen.findByRole("img", { name: "40 % done" }, { timeout: 4000 })).toBeVisible();
    expect(await screen.findByText(/12,345 rows in 150 tables, 7 files\. All equal to the archive\./, {}, { timeout: 4000 })).toBeVisible();
    expect(screen.getByText(/Mails, webhooks and payments are off/)).toBeVisible();
    expect(asked.filter((call) => call.method === "PUT").map((call) => call.path)).toEqual([0, 1, 2].map((n) => `/api/v1/companies/restores/5/parts/${String(n)}/`));
    expect(asked.find((call) => call.method === "POST")?.body).toEqual({ slug: "acme", name: "", file_name: "acme.zip", size: archive().size });
  });

  it("says why an archive was refused, and that an upload broke off", async () => {
    serve({
      "GET /api/v1/companies/restores/": { results: [{ ...one, id: 6, state: "failed", slug: "old", message: "The archive was made by a newer version; update this installation first" }, one] },
    });
    await renderPage(<RestorePage />, { language: "zh" });
    expect(await screen.findByText(/made by a newer version/)).toBeVisible();
    expect(screen.getByText("上传已中断。请停止后重新选择文件。")).toBeVisible();
    expect(screen.getByRole("button", { name: "恢复为新企业" })).toBeDisabled();
  });

  it("stands on the data page, as a copy first, and lets a restored company speak", async () => {
    let held = true;
    const asked = serve({
      "GET /api/v1/company/data/": () => ({ ...company, outgoing_off: held, may_let_out: held }),
      "GET /api/v1/company/exports/": { results: [] },
      "GET /api/v1/company/samples/": { removable: [], kept: [] },
      "GET /api/v1/companies/restores/": { results: [] },
      "POST /api/v1/company/restores/": problem("state", 409, { detail: "There are two copies already: close one of them first" }),
      "POST /api/v1/company/outgoing/": () => {
        held = false;
        return {};
      },
    });
    await renderPage(<DataPage />, { bootstrap });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Switch mails, webhooks and payments on" }));
    await waitFor(() => expect(screen.queryByText("Restored, and held back")).not.toBeInTheDocument());
    await user.upload(screen.getByLabelText("Archive"), archive());
    await user.type(screen.getByLabelText("Address of the restored copy"), "acme-old");
    await user.click(screen.getByRole("button", { name: "Restore as a copy" }));
    expect(await screen.findByText("There are two copies already: close one of them first")).toBeVisible();
    expect(asked.some((call) => call.path === "/api/v1/company/restores/")).toBe(true);
  });
});
