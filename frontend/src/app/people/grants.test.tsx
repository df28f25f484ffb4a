import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap, party } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve, Status } from "@/testing/server";
import { GrantList } from "./grant-list";
import { MemberGrants } from "./member-grants";

const right = (code: string, title: string) => ({ code, title, verb: code.split(".").at(-1), held: true, on: true });
const permissions = { modules: [{ key: "shared", title: "Shared", permissions: [right("shared.party.view", "Customers"), right("shared.party.update", "Customers"), right("shared.party.merge", "Merge customers")] }] };
const grantMeta = { ...party, key: "access.grant", label: "Temporary grant", label_plural: "Temporary grants", fields: [{ ...party.fields[0]!, key: "scope", type: "choice", choices: [{ value: "own", label: "Own" }, { value: "all", label: "All" }] }] };
const session = {
  ...bootstrap,
  permissions: [...bootstrap.permissions, "access.grant.create", "access.grant.end", "access.grant.view"],
  entities: { ...bootstrap.entities, "access.grant": grantMeta, "access.member": { ...party, key: "access.member", label: "Member", label_plural: "Members", route: "/access/members" } },
};
const ahead = new Date(Date.now() + 5 * 86_400_000).toISOString();
const grant = (id: number, more: object = {}) => ({ id, version: 1, member: { id: 8, label: "Buyer" }, role: "", permissions: [], scope: "own", since: "2026-01-01T00:00:00Z", until: ahead, reason: "Holiday cover", ended_at: null, ...more });
const member = { id: 8, version: 2, name: "Buyer", roles: ["buyer"] };
const roles = { results: [{ id: 1, version: 1, key: "accountant", name: "Accountant", title: "会计", permissions: [] }] };

describe("rights for a while", () => {
  it("are lent one by one, with how far they reach", async () => {
    const asked = serve({
      "GET /api/v1/access/grants/": { results: [] }, "GET /api/v1/access/roles/": roles, "GET /api/v1/access/permissions/": permissions,
      "GET /api/v1/access/duties/": { duties: [], roles: [], members: [] }, "POST /api/v1/access/grants/": new Status(201, grant(1)),
    });
    await renderPage(<MemberGrants record={member} />, { bootstrap: session });
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Lend for a while" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Single rights" }));
    await user.click(await within(dialog).findByRole("checkbox", { name: "Customers: See" }));
    await user.click(within(dialog).getByRole("checkbox", { name: "Merge customers" }));
    await user.selectOptions(within(dialog).getByLabelText("Sees records of"), "all");
    await user.click(within(dialog).getByLabelText("Until the end of"));
    await waitFor(() => expect(within(dialog).getByLabelText("Until the end of")).not.toHaveAttribute("readonly"));
    await user.type(within(dialog).getByLabelText("Until the end of"), "2026-12-24{Enter}");
    await user.type(within(dialog).getByLabelText("Reason"), "Year end");
    await user.click(within(dialog).getByRole("button", { name: "Lend 2 rights" }));
    await waitFor(() => expect(asked.find((call) => call.method === "POST")?.body).toEqual({ member: 8, permissions: ["shared.party.merge", "shared.party.view"], scope: "all", until: new Date("2026-12-24T23:59:59").toISOString(), reason: "Year end" }));
  });

  it("stand by name with their end, over all members, and are ended after a question", async () => {
    let rows = [grant(1, { role: "accountant" }), grant(2, { permissions: ["shared.party.view", "shared.party.update", "shared.party.merge"], scope: "all" }), grant(3, { role: "accountant", ended_at: "2026-02-01T00:00:00Z" })];
    const asked = serve({
      "GET /api/v1/access/grants/": () => ({ results: rows }), "GET /api/v1/access/roles/": roles, "GET /api/v1/access/permissions/": permissions,
      "POST /api/v1/access/grants/1/actions/end/": () => { rows = rows.slice(1); return {}; },
    });
    await renderPage(<GrantList />, { bootstrap: session, language: "zh" });
    const user = userEvent.setup({ delay: null });
    const list = await screen.findByRole("list", { name: "临时授权" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(2);
    expect(within(list).getAllByRole("listitem")[1]).toHaveTextContent(/3 项权限 · All/);
    expect(await within(list).findByText("Customers：查看、修改；Merge customers")).toBeInTheDocument();
    await user.click(await within(list).findByRole("button", { name: /会计/ }));
    expect(asked.some((call) => call.method === "POST")).toBe(false);
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "立即终止" }));
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(1));
  });
});
