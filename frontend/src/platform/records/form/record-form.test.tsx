import { createEvent, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { order, problem, product, serve, show, words, type Answer, type Call } from "../testing/harness";
import type { Row } from "../types";
import { RecordFormPage } from "./record-form-page";

const stored: Row = {
  id: 1, version: 3, number: "SO-1", customer: { id: 12, label: "A Bike Store" }, status: "draft", reference: "PS-1", ordered_on: "2026-11-01", note: "", custom: {},
  total: "7019.60", lines: [{ id: 5, product: { id: 9, label: "ML Fork" }, quantity: "40", unit_price: "175.49", amount: "7019.60" }],
};
const products = [{ id: 9, version: 1, name: "ML Fork", code: "FK-5136" }, { id: 10, version: 1, name: "HL Fork", code: "FK-9939" }];

function formServer(write: (call: Call) => Answer) {
  return serve((call) => {
    if (call.method !== "GET") return write(call);
    if (call.path === `${order.endpoint}1/`) return { body: stored };
    if (call.path === product.endpoint) return { body: { results: products.filter((row) => `${row.name} ${row.code}`.toLowerCase().includes((call.query.get("search") ?? "").toLowerCase())), next: null } };
    return { body: { results: [], next: null } };
  });
}

// real components on a busy machine take their time
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  localStorage.clear();
  await words();
  window.history.replaceState(null, "", "/");
});

const open = (id?: number) => show(<RecordFormPage entityKey={order.key} id={id} />, id ? `/shared/sales-orders/${id}/edit` : "/shared/sales-orders/new");

describe("saving", () => {
  it("sends what changed with the version it was based on, and opens the record", async () => {
    const calls = formServer(() => ({ body: { ...stored, version: 4, reference: "PS-2" } }));
    const { router } = await open(1);
    const reference = await screen.findByLabelText("Reference");
    await userEvent.clear(reference);
    await userEvent.type(reference, "PS-2");
    fireEvent.keyDown(document, { key: "s", ctrlKey: true });
    await waitFor(() => expect(router.history.location.pathname).toBe("/shared/sales-orders/1"));
    const sent = calls.find((call) => call.method === "PATCH")!;
    expect([sent.body, sent.headers.get("If-Match")]).toEqual([{ reference: "PS-2" }, '"3"']);
    expect(localStorage.getItem("tenon:draft:acme:7:shared.sales_order:1")).toBeNull();
  });

  it("says what is missing before it asks the server", async () => {
    const calls = formServer(() => ({ body: stored }));
    await open();
    await userEvent.click(await screen.findByRole("button", { name: "Save draft" }));
    expect(await screen.findByText("Fill this in")).toBeTruthy();
    expect(calls.some((call) => call.method === "POST")).toBe(false);
  });

  it("puts the server's problems at their field and in their cell", async () => {
    formServer(() => problem(400, "invalid", { errors: [{ field: "reference", message: "Used on SO-9 too." }, { field: "lines.0.quantity", message: "Only 14 are left." }] }));
    await open(1);
    await userEvent.type(await screen.findByLabelText("Reference"), "X");
    fireEvent.keyDown(document, { key: "s", ctrlKey: true });
    const told = await screen.findByText("Used on SO-9 too.");
    expect(told.closest("[data-path]")?.getAttribute("data-path")).toBe("reference");
    expect(screen.getByTitle("Only 14 are left.").getAttribute("data-cell")).toBe("0:1");
    expect(screen.getByRole("button", { name: "Line 1, Quantity" })).toBeTruthy();
  });

  it("confirms what it has just saved, with the new version", async () => {
    const calls = formServer((call) => (call.path.endsWith("/actions/confirm/") ? { body: { record: { ...stored, version: 5, status: "confirmed" }, result: null } } : { body: { ...stored, version: 4 } }));
    const { router } = await open(1);
    await userEvent.type(await screen.findByLabelText("Reference"), "X");
    await userEvent.click(screen.getByRole("button", { name: "Confirm order" }));
    await waitFor(() => expect(router.history.location.pathname).toBe("/shared/sales-orders/1"));
    expect(calls.filter((call) => call.method !== "GET").map((call) => [call.method, call.headers.get("If-Match")])).toEqual([["PATCH", '"3"'], ["POST", '"4"']]);
  });
});

describe("somebody was faster", () => {
  it("keeps mine, shows both, and saves on top of theirs", async () => {
    const theirs = { ...stored, version: 4, reference: "THEIRS", ordered_on: "2026-11-09" };
    const answers: Answer[] = [problem(412, "stale-version", { current: theirs, changed_by: { id: 2, label: "Buyer" }, changed_at: "2026-11-21T01:41:00Z" }), { body: { ...theirs, version: 5, reference: "PS-1X" } }];
    const calls = formServer(() => answers.shift()!);
    const dialog = vi.spyOn(HTMLDialogElement.prototype, "showModal").mockImplementation(function show(this: HTMLDialogElement) { this.open = true; });
    await open(1);
    await userEvent.type(await screen.findByLabelText("Reference"), "X");
    fireEvent.keyDown(document, { key: "s", ctrlKey: true });
    expect(await screen.findByText(/Buyer changed this record at 09:41. Your 1 change is kept, not saved./)).toBeTruthy();
    expect(screen.getByText("1 field changed on both sides")).toBeTruthy();
    expect(screen.getByText("THEIRS")).toBeTruthy();
    await userEvent.click(await screen.findByRole("button", { name: "Use this and review" }));
    expect((screen.getByLabelText("Reference") as HTMLInputElement).value).toBe("PS-1X");
    fireEvent.keyDown(document, { key: "s", ctrlKey: true });
    await waitFor(() => expect(calls.filter((call) => call.method === "PATCH")).toHaveLength(2));
    const second = calls.filter((call) => call.method === "PATCH")[1]!;
    expect([second.body, second.headers.get("If-Match")]).toEqual([{ reference: "PS-1X" }, '"4"']);
    dialog.mockRestore();
  });
});

describe("drafts", () => {
  it("are kept while typing and offered again", async () => {
    formServer(() => ({ body: stored }));
    const first = await open();
    await userEvent.type(await screen.findByLabelText("Reference"), "half done");
    await screen.findByText(/Draft kept/);
    first.unmount();
    await open();
    await userEvent.click(await screen.findByRole("button", { name: "Continue with it" }));
    expect((screen.getByLabelText("Reference") as HTMLInputElement).value).toBe("half done");
  });
});

describe("lines", () => {
  it("take a block from a spreadsheet and find the records its codes mean", async () => {
    formServer(() => ({ body: stored }));
    await open(1);
    const grid = await screen.findByRole("table", { name: "Lines" });
    fireEvent.mouseDown(within(grid).getByText("Product by number or name"));
    await waitFor(() => expect(grid.querySelector("input")).toBeTruthy());
    const paste = createEvent.paste(grid.querySelector("input")!, { clipboardData: { getData: () => "FK-9939\t12\t210.00\nNOSUCH\t3\t1\n" } });
    fireEvent(grid.querySelector("input")!, paste);
    expect(paste.defaultPrevented).toBe(true);
    expect(await within(grid).findByText("HL Fork")).toBeTruthy();
    expect(within(grid).getByText("12")).toBeTruthy();
    expect(within(grid).getByText("NOSUCH").className).toBe("t-warn");
    fireEvent.keyDown(document, { key: "s", ctrlKey: true });
    expect(await screen.findByText("No record “NOSUCH” was found. Pick one.", { exact: false })).toBeTruthy();
  });

  it("go down with Enter, across with Tab, and grow at the end", async () => {
    formServer(() => ({ body: stored }));
    await open(1);
    const grid = await screen.findByRole("table", { name: "Lines" });
    fireEvent.mouseDown(within(grid).getByText("40"));
    const quantity = await within(grid).findByLabelText("Quantity, Line 1");
    await userEvent.clear(quantity);
    await userEvent.type(quantity, "41");
    fireEvent.keyDown(quantity, { key: "Tab" });
    const price = await within(grid).findByLabelText("Unit price, Line 1");
    fireEvent.keyDown(price, { key: "Enter" });
    expect(await within(grid).findByLabelText("Product, Line 2")).toBeTruthy();
    expect(within(grid).getByText("41")).toBeTruthy();
  });
});

