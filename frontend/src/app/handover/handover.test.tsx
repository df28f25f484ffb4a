import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve, Status } from "@/testing/server";
import { NewHandoverPage } from "./new-page";

const person = (id: number, name: string) => ({ id, name, email: `${name.toLowerCase()}@acme.example`, department: null, is_active: true });
const preview = {
  member: person(5, "Seller"),
  manager: person(2, "Manager"),
  kinds: [
    { entity: "crm.lead", label: "Leads", icon: "user-plus", open: 2, closed: 5, has_states: true, is_on: true, can_view: true },
    { entity: "shared.party", label: "Customers", icon: "users", open: 3, closed: 0, has_states: false, is_on: true, can_view: true },
  ],
  access: { is_active: true, sessions: 2, keys: 1, reports: 0, jobs: 0, owner: false, oneself: false },
  heirs: [{ ...person(2, "Manager"), blind: [] }, { ...person(3, "Planner"), blind: ["crm.lead"] }],
  running: null,
};

it("hands everything to the manager, leads to somebody else, after asking once more; by keys alone", async () => {
  const asked = serve({
    "GET /api/v1/access/members/": { results: [person(5, "Seller"), person(2, "Manager")] },
    "GET /api/v1/handovers/preview/": preview,
    "POST /api/v1/handovers/": new Status(201, { id: 9 }),
  });
  await renderPage(<NewHandoverPage />, { bootstrap, path: "/admin/handover/new?member=5" });
  const user = userEvent.setup();
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("rowheader", { name: /Leads/ })).toBeInTheDocument();
  expect(screen.getByLabelText("Takes over")).toHaveValue("2");
  await user.selectOptions(within(table).getByLabelText("Leads: to whom"), "3");
  expect(screen.getByText(/Planner would not see: Leads/)).toBeInTheDocument();
  await user.selectOptions(within(table).getByLabelText("Leads: closed ones"), "move");
  screen.getByRole("button", { name: "End access and hand over" }).focus();
  await user.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog", { hidden: true });
  expect(within(dialog).getByText(/Seller is signed out everywhere at once/)).toBeInTheDocument();
  expect(asked.some((call) => call.method === "POST"), "nothing before the answer").toBe(false);
  within(dialog).getByRole("button", { name: "End access and hand over", hidden: true }).focus();
  await user.keyboard("{Enter}");
  await vi.waitFor(() => expect(asked.some((call) => call.method === "POST")).toBe(true));
  expect(asked.find((call) => call.method === "POST")?.body).toEqual({
    member: 5, heir: 2, ends: true, last_day: null, move_now: true, closed: "keep", exports_held: true, note: "",
    rules: [{ entity: "crm.lead", to: 3, closed: "move" }],
  });
});

it("cannot begin without somebody who takes over, nor a scheduled one without its day", async () => {
  serve({
    "GET /api/v1/access/members/": { results: [person(5, "Seller")] },
    "GET /api/v1/handovers/preview/": { ...preview, manager: null },
  });
  await renderPage(<NewHandoverPage />, { bootstrap, path: "/admin/handover/new?member=5" });
  const user = userEvent.setup();
  expect(await screen.findByRole("button", { name: "End access and hand over" })).toBeDisabled();
  await user.selectOptions(screen.getByLabelText("Takes over"), "2");
  expect(screen.getByRole("button", { name: "End access and hand over" })).toBeEnabled();
  await user.click(screen.getByRole("radio", { name: /Leaves on a day/ }));
  expect(screen.getByRole("button", { name: "Schedule the handover" })).toBeDisabled();
});
