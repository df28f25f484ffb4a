import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { order, problem, serve, show, words, type Call } from "../testing/harness";
import type { Row } from "../types";
import { RecordListPage } from "./record-list-page";
import { useInlineEdit } from "./use-inline-edit";
import { useRecordList } from "./use-record-list";

const rows = Array.from({ length: 130 }, (_, index): Row => ({
  id: index + 1, version: 1, number: `SO-${String(index + 1).padStart(4, "0")}`, customer: { id: 12, label: "A Bike Store" }, status: index % 2 ? "draft" : "late",
  reference: `PS-${index + 1}`, total: "100.00", custom: {},
}));

/** A list of 130 rows in pages of what is asked for, by cursor. */
function listServer(more: (call: Call) => ReturnType<Parameters<typeof serve>[0]> | undefined = () => undefined, count = rows.length) {
  return serve((call) => {
    const own = more(call);
    if (own) return own;
    if (call.path.startsWith("/api/v1/records/saved-views/")) return { body: { results: [] } };
    if (call.path !== order.endpoint) return problem(404, "not-found");
    const wanted = call.query.get("status__in")?.split(",");
    const found = rows.slice(0, count).filter((row) => (!call.query.get("status") || row.status === call.query.get("status")) && (!wanted || wanted.includes(String(row.status))) && (!call.query.get("total__gte") || false));
    const from = Number(call.query.get("cursor") ?? 0);
    const limit = Number(call.query.get("limit") ?? 50);
    return { body: { results: found.slice(from, from + limit), next: from + limit < found.length ? String(from + limit) : null, ...(call.query.get("count") ? { count: found.length } : {}), ...(call.query.get("totals") ? { totals: { total: "13000.00" } } : {}) } };
  });
}

// real components on a busy machine take their time
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  await words();
});

const listCalls = (calls: Call[]) => calls.filter((call) => call.path === order.endpoint && call.method === "GET" && call.query.get("limit") !== "1");

describe("nothing to show", () => {
  it("speaks of the first record to come where there is none at all, whatever the view filters", async () => {
    listServer(undefined, 0);
    await show(<RecordListPage entityKey={order.key} />);
    expect(await screen.findByText("No sales orders yet")).toBeInTheDocument();
  });
});

describe("paging", () => {
  it("goes on from the server's cursor and counts only once", async () => {
    const calls = listServer();
    let list: ReturnType<typeof useRecordList> | undefined;
    const Probe = () => { list = useRecordList(order.key); return null; };
    await show(<Probe />);
    await waitFor(() => expect(list?.rows).toHaveLength(100));
    expect(list).toMatchObject({ count: 130, totals: { total: "13000.00" }, hasMore: true });
    act(() => list!.fetchMore());
    await waitFor(() => expect(list?.rows).toHaveLength(130));
    expect(list?.hasMore).toBe(false);
    act(() => list!.fetchMore());
    const [first, second, ...others] = listCalls(calls);
    expect([first!.query.get("count"), first!.query.get("totals"), first!.query.get("cursor"), first!.query.get("order")]).toEqual(["1", "1", null, "-number"]);
    expect([second!.query.get("count"), second!.query.get("cursor")]).toEqual([null, "100"]);
    expect(others).toEqual([]);
    expect(new Set(list!.rows.map((row) => row.id)).size).toBe(130);
  });
});

describe("conditions", () => {
  it("stand in chips, in the address and in the request alike", async () => {
    const calls = listServer(undefined, 8);
    const { router } = await show(<RecordListPage entityKey={order.key} />, "/shared/sales-orders?status=late");
    expect(await screen.findByRole("button", { name: "Status is Late" })).toBeTruthy();
    await screen.findByRole("grid");
    expect(listCalls(calls).at(-1)!.query.get("status")).toBe("late");
    await userEvent.click(screen.getByRole("button", { name: "Remove filter Status" }));
    await waitFor(() => expect(router.history.location.search).toBe("?edited=1"));
    await waitFor(() => expect(listCalls(calls).at(-1)!.query.get("status")).toBeNull());
    await userEvent.click(screen.getByRole("tab", { name: /Open/ }));
    await waitFor(() => expect(router.history.location.search).toBe("?view=open"));
    expect(await screen.findByRole("button", { name: "Status is Draft, Confirmed" })).toBeTruthy();
    expect(listCalls(calls).at(-1)!.query.get("status__in")).toBe("draft,confirmed");
  });

  it("that hide everything are named, with how many there are without", async () => {
    listServer(undefined, 8);
    await show(<RecordListPage entityKey={order.key} />, "/shared/sales-orders?status=late&total__gte=999");
    expect(await screen.findByText("No sales orders fit these filters")).toBeTruthy();
    expect(await screen.findByText("4 match without “Total at least ¥999.00”.")).toBeTruthy();
  });
});

describe("typing into a cell", () => {
  function Probe() {
    const list = useRecordList(order.key);
    const edit = useInlineEdit(order);
    const field = order.fields.find((item) => item.key === "reference")!;
    const first = list.rows[0];
    return first ? <><output>{String(first.reference)} v{first.version}</output><button type="button" onClick={() => edit.mutate({ row: first, field, path: "reference", value: "NEW" })}>edit</button></> : null;
  }

  it("shows at once, sends the version, and asks the list again", async () => {
    let release: () => void = () => undefined;
    const calls = listServer((call) => (call.method === "PATCH" ? new Promise((resolve) => { release = () => resolve({ body: { ...rows[0]!, reference: "NEW", version: 2 } }); }) : undefined));
    await show(<Probe />);
    await screen.findByText("PS-1 v1");
    const asked = listCalls(calls).length;
    fireEvent.click(screen.getByText("edit"));
    expect(await screen.findByText("NEW v1")).toBeTruthy();
    const sent = calls.find((call) => call.method === "PATCH")!;
    expect([sent.path, sent.body, sent.headers.get("If-Match")]).toEqual([`${order.endpoint}1/`, { reference: "NEW" }, '"1"']);
    release();
    await waitFor(() => expect(listCalls(calls).length).toBeGreaterThan(asked));
  });

  it("is taken back when the server refuses", async () => {
    listServer((call) => (call.method === "PATCH" ? problem(400, "invalid", { errors: [{ field: "reference", message: "Used already." }] }) : undefined));
    await show(<Probe />);
    await screen.findByText("PS-1 v1");
    fireEvent.click(screen.getByText("edit"));
    await waitFor(() => expect(screen.getByText("PS-1 v1")).toBeTruthy());
  });
});

it("shows a field type it does not know instead of failing", async () => {
  listServer(undefined, 8);
  localStorage.setItem("tenon:list:acme:shared.sales_order", JSON.stringify({ columns: ["number", "gauge"], density: "normal" }));
  await show(<RecordListPage entityKey={order.key} />, "/shared/sales-orders?status=late");
  expect(await screen.findByRole("columnheader", { name: /Gauge/ })).toBeTruthy();
  expect((await screen.findAllByRole("img", { name: /gauge/ })).length).toBeGreaterThan(0);
});
