import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import { samePlan, toggled, totalOf, type Catalogue, type Offer, type SubscriptionStatus } from "../api/subscription";
import { StandingNotice } from "../components/standing-notice";
import { SubscriptionPage } from "./subscription-page";

const offer = (key: string, title: string, month: string, modules = [key]): Offer => ({
  key, title, month, description: title, icon: "box", is_bundle: modules.length > 1, modules, features: [],
  prices: [{ currency: "CNY", month, year: `${Number(month) * 10}.00` }],
}) as unknown as Offer;
const offers = [offer("suite", "Whole suite", "299.00", ["crm", "production"]), offer("crm", "CRM", "99.00"), offer("production", "Production", "129.00")];
const catalogue: Catalogue = { currency: "CNY", currencies: ["CNY", "USD"], invoice_days: 14, offers };
const trial: SubscriptionStatus = {
  standing: "trialing", until: "2026-11-25T00:00:00Z", trial_until: "2026-11-25T00:00:00Z", subscribed: false, currency: "", interval: "", seats: null, members: 3,
  items: [], total: "0.00", period_end: null, paid_from: null, next_plan: null, by_invoice: false, available: true, card: null, disputes: [],
  limits: [], dropped: [], suspended_by_staff: false,
};
const active: SubscriptionStatus = {
  ...trial, standing: "active", subscribed: true, currency: "CNY", interval: "month", seats: 3, total: "297.00", period_end: "2026-12-20T00:00:00Z",
  items: [{ key: "crm", title: "CRM", seats: 3, unit_amount: "99.00" }],
};
const may = { ...bootstrap, permissions: [...bootstrap.permissions, "billing.subscription.manage"] };
const server = (status: unknown, more: Record<string, unknown> = {}) =>
  serve({ "GET /api/v1/billing/status/": status, "GET /api/v1/billing/catalogue/": catalogue, "GET /api/v1/billing/invoices/": { results: [] }, ...more });

describe("what is picked", () => {
  it("is a bundle or its modules, never both, and adds up to the cent", () => {
    expect(toggled(offers, ["crm", "production"], "suite")).toEqual(["suite"]);
    expect(toggled(offers, ["suite"], "crm")).toEqual(["crm"]);
    expect(toggled(offers, ["crm"], "crm")).toEqual([]);
    expect(totalOf(offers, { modules: ["crm", "production"], seats: 3, interval: "month" }, "CNY")).toBe("684.00");
    expect(samePlan({ modules: ["a", "b"], seats: 1, interval: "month" }, { modules: ["b", "a"], seats: 1, interval: "month" })).toBe(true);
  });
});

describe("the page of the subscription", () => {
  it("leads from the trial to the payment page with what was picked", async () => {
    const assign = vi.fn();
    vi.stubGlobal("location", { ...window.location, assign });
    const asked = server(trial, { "POST /api/v1/billing/checkout/": { url: "https://pay.example/c/1" } });
    await renderPage(<SubscriptionPage />, { bootstrap: may });
    const user = userEvent.setup();
    expect(await screen.findByText("4 days of the trial left")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "To payment" })).toBeDisabled();
    await user.click(screen.getByRole("checkbox", { name: "CRM" }));
    await user.click(screen.getByRole("button", { name: "To payment" }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith("https://pay.example/c/1"));
    const sent = asked.find((call) => call.method === "POST");
    expect(sent?.body).toMatchObject({ modules: ["crm"], seats: 3, interval: "month", currency: "CNY", after_trial: true, by_invoice: false });
    expect(sent?.headers.get("Idempotency-Key")).toBeTruthy();
    vi.unstubAllGlobals();
  });

  it("shows the price before a change, then sends what was seen", async () => {
    const preview = {
      currency: "CNY", due_now: "258.00", lines: [{ text: "Remaining time on 3 × Production", amount: "258.00" }], proration_date: 1_795_219_200,
      next_at: "2026-12-20T00:00:00Z", next_total: "684.00", ends: [], ends_at: null, impact: [], over: [], whole_ends: false,
    };
    const asked = server(active, { "POST /api/v1/billing/preview/": preview, "POST /api/v1/billing/change/": { ...active } });
    await renderPage(<SubscriptionPage />, { bootstrap: may });
    const user = userEvent.setup();
    const button = await screen.findByRole("button", { name: "Show the price" });
    expect(button).toBeDisabled();
    await user.click(screen.getByRole("checkbox", { name: "Production" }));
    await user.click(button);
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("Remaining time on 3 × Production")).toBeInTheDocument();
    expect(asked.some((call) => call.path.endsWith("/change/"))).toBe(false);
    await user.click(within(dialog).getByRole("button", { name: /^Pay .*258\.00/ }));
    await waitFor(() => expect(asked.find((call) => call.path.endsWith("/change/"))?.body).toEqual({ modules: ["crm", "production"], seats: 3, interval: "month", proration_date: 1_795_219_200 }));
  });

  it("says what ends with the subscription and that the data stays", async () => {
    const preview = { currency: "CNY", due_now: "0.00", lines: [], proration_date: 1, next_at: null, next_total: "0", ends: ["crm"], ends_at: "2026-12-20T00:00:00Z", impact: [{ effect: "read_only", count: 37, text: "37 open leads become read-only", entity: "crm.lead" }], over: [], whole_ends: true };
    server(active, { "POST /api/v1/billing/preview/": preview, "POST /api/v1/billing/change/": problem("payment-refused", 402, { detail: "Your card was declined." }) });
    await renderPage(<SubscriptionPage />, { bootstrap: may });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "End the subscription…" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("CRM: until 12-20")).toBeInTheDocument();
    expect(within(dialog).getByText(/nothing written/)).toBeInTheDocument();
    expect(within(dialog).getByText("37 open leads become read-only")).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "End the subscription" }));
    expect(await within(dialog).findByText("Your card was declined.")).toBeInTheDocument();
  });

  it("waits for the payment to arrive", async () => {
    let times = 0;
    server(() => (++times > 2 ? active : trial));
    await renderPage(<SubscriptionPage />, { bootstrap: may, path: "/admin/subscription?paid=cs_1" });
    expect(await screen.findByText(/Waiting for the payment/)).toBeInTheDocument();
    expect(await screen.findByText("The subscription has begun", undefined, { timeout: 8000 })).toBeInTheDocument();
  }, 15_000);
});

describe("limits", () => {
  it("are shown with what is used; with more people than seats one chooses who stays", async () => {
    const people = [{ id: 1, name: "Owner", email: "o@x.example", me: true }, { id: 2, name: "Buyer", email: "b@x.example", me: false }, { id: 3, name: "Planner", email: "p@x.example", me: false }];
    const limits: SubscriptionStatus["limits"] = [
      { key: "access.members", title: "People", unit: "", used: 3, most: 2, raised: null },
      { key: "records.storage", title: "Storage", unit: "bytes", used: 1_610_612_736, most: 16_106_127_360, raised: null },
    ];
    const asked = server({ ...active, limits }, { "GET /api/v1/billing/people/": { results: people }, "POST /api/v1/billing/people/": { results: people.slice(0, 2) } });
    await renderPage(<SubscriptionPage />, { bootstrap: may });
    const user = userEvent.setup();
    expect(await screen.findByRole("meter", { name: "Storage" })).toHaveAttribute("aria-valuetext", "1.5 GB of 15 GB");
    await user.click(screen.getByRole("button", { name: "Choose who stays" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByRole("checkbox", { name: /Owner/ })).toBeDisabled();
    await user.click(within(dialog).getByRole("checkbox", { name: /Planner/ }));
    await user.click(within(dialog).getByRole("button", { name: "End the access of 1 person" }));
    await waitFor(() => expect(asked.find((call) => call.method === "POST")?.body).toEqual({ stay: [1, 3] }));
  });
});

describe("the line above every page", () => {
  it("is quiet while all is well", async () => {
    const asked = server(active);
    await renderPage(<StandingNotice />, { bootstrap: may });
    await waitFor(() => expect(asked.length).toBe(1));
    expect(document.querySelector(".notice")).toBeNull();
  });

  it("tells everybody that nothing can be written, and leads those who can pay", async () => {
    server({ ...active, standing: "read_only" });
    const locked = { ...bootstrap.tenant, read_only: true };
    await renderPage(<StandingNotice />, { bootstrap: { ...may, tenant: locked } });
    expect(await screen.findByText(/exported, nothing written/)).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Subscription" })).toBeInTheDocument();
  });

  it("names what can only be read for a while", async () => {
    server({ ...active, dropped: [{ key: "production", title: "Production", until: "2026-12-20T00:00:00Z" }] });
    await renderPage(<StandingNotice />, { bootstrap: may });
    expect(await screen.findByText(/^Production: can be read until 12-20/)).toBeInTheDocument();
  });

  it("asks nothing of those who do not look after it", async () => {
    const asked = server(active);
    await renderPage(<StandingNotice />, { bootstrap: { ...bootstrap, tenant: { ...bootstrap.tenant, read_only: true } } });
    expect(await screen.findByText(/Ask an administrator/)).toBeInTheDocument();
    expect(asked).toEqual([]);
  });
});

describe("what whoever looks after billing is told", () => {
  const dispute = { amount: "198.00", currency: "CNY", at: "2026-11-12T08:00:00Z", lost: false };
  const card = { brand: "visa", last4: "4242", month: "2026-12", state: "soon" as const };

  it("says that the bank took a payment back, on every page and beside the button that pays it", async () => {
    const owed = { ...active, standing: "past_due" as const, until: "2026-11-26T00:00:00Z", disputes: [dispute] };
    server(owed);
    await renderPage(<><StandingNotice /><SubscriptionPage /></>, { bootstrap: may });
    expect(await screen.findByText(/The bank has taken back a payment of .*198\.00.*: it is owed again/)).toBeInTheDocument();
    expect(await screen.findByText(/198\.00 were taken back by the bank on/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Pay what is open" })).toBeEnabled();
  });

  it("calls a card to mind before and after its last month", async () => {
    server({ ...active, card });
    await renderPage(<StandingNotice />, { bootstrap: may });
    expect(await screen.findByText("The card ending in 4242 is good until the end of 12/2026.")).toBeInTheDocument();
  });

  it("shows where a raised limit comes from and until when", async () => {
    const limits = [
      { key: "inventory.warehouses", title: "Warehouses", unit: "", used: 6, most: 8, raised: { given: 5, since: "2026-11-01T00:00:00Z", until: "2027-01-31T23:59:59Z", reason: "Moving house" } },
      { key: "records.storage", title: "Storage", unit: "bytes", used: 1, most: 1024, raised: null },
    ];
    server({ ...active, limits });
    await renderPage(<SubscriptionPage />, { bootstrap: may });
    expect(await screen.findByText(/Raised from .* until .*: Moving house\. The plan gives 5\./)).toBeInTheDocument();
    expect(screen.getAllByText(/Raised/)).toHaveLength(1);
  });
});
