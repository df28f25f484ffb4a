import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { bootstrap, party } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve, Status } from "@/testing/server";
import { KeyPage } from "./key-page";
import { RolePage } from "./role-page";

const right = (code: string, title: string, more: object = {}) => ({ code, title, verb: code.split(".").at(-1), held: true, on: true, ...more });
const permissions = {
  modules: [{ key: "shared", title: "Shared", permissions: [right("shared.party.view", "Customers"), right("shared.party.update", "Customers", { held: false }), right("shared.party.merge", "Merge customers")] }],
};
const session = {
  ...bootstrap,
  permissions: [...bootstrap.permissions, "shared.party.view"],
  entities: {
    ...bootstrap.entities,
    "access.role": { ...party, key: "access.role", label: "Role", label_plural: "Roles", route: "/access/roles" },
    "access.api_key": { ...party, key: "access.api_key", label: "API key", label_plural: "API keys", route: "/access/api-keys" },
  },
};

describe("roles", () => {
  it("are changed as a table; rights one does not hold cannot be handed on", async () => {
    let role = { id: 3, version: 7, key: "night", name: "Night shift", permissions: ["shared.party.view"] };
    const asked = serve({
      "GET /api/v1/access/permissions/": permissions,
      "GET /api/v1/access/roles/3/": () => role,
      "PATCH /api/v1/access/roles/3/": (call: { body: object }) => (role = { ...role, ...call.body, version: 8 }),
    });
    await renderPage(<RolePage entityKey="access.role" id="3" />, { bootstrap: session });
    const user = userEvent.setup();
    const row = (await screen.findByRole("rowheader", { name: "Customers" })).closest("tr") as HTMLElement;
    expect(within(row).getByRole("checkbox", { name: "Customers: See" })).toBeChecked();
    expect(within(row).getByRole("checkbox", { name: "Customers: Change" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Save role" })).toBeDisabled();
    await user.click(within(row).getByRole("checkbox", { name: "Merge customers" }));
    await user.click(screen.getByRole("button", { name: "Save role" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Save role" })).toBeDisabled());
    const sent = asked.find((call) => call.method === "PATCH");
    expect(sent?.headers.get("If-Match")).toBe('"7"');
    expect(sent?.body).toEqual({ name: "Night shift", permissions: ["shared.party.merge", "shared.party.view"] });
  });

  it("say what the server refuses", async () => {
    serve({ "GET /api/v1/access/permissions/": permissions, "POST /api/v1/access/roles/": problem("invalid", 400, { detail: "Not valid", errors: [{ field: "name", message: "There is such a role." }] }) });
    await renderPage(<RolePage entityKey="access.role" />, { bootstrap: session });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Name"), "Night shift");
    await user.click(screen.getByRole("button", { name: "Create role" }));
    expect(await screen.findByText("There is such a role.")).toBeInTheDocument();
  });
});

it("shows the token of a new key once", async () => {
  const asked = serve({ "GET /api/v1/access/permissions/": permissions, "POST /api/v1/access/api-keys/": new Status(201, { id: 1, version: 1, token: "tn_1_secret" }) });
  await renderPage(<KeyPage entityKey="access.api_key" />, { bootstrap: session });
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("Name"), "Web shop");
  expect(screen.getByRole("button", { name: "Create key" })).toBeDisabled();
  await user.click(screen.getByRole("checkbox", { name: "Customers: See" }));
  expect(screen.getByRole("checkbox", { name: "Merge customers" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Create key" }));
  expect(await screen.findByText("tn_1_secret")).toBeInTheDocument();
  expect(asked.find((call) => call.method === "POST")?.body).toEqual({ name: "Web shop", permissions: ["shared.party.view"], expires_at: null });
});
