import { describe, expect, it } from "vitest";
import { chipsOf, fromRecord, parseListState, replaceField, sameFilters, serializeListState, toggleSort, toRequest, type Filter } from "./model";
import { contentOf, filtersOf } from "./operators";

const STATES = ["draft", "confirmed", "shipped", "cancelled", "late"];
const state = (filters: Filter[], more = {}) => ({ edited: true, search: "", filters, sort: [], ...more });

describe("filters in the address", () => {
  it("come back as they went", () => {
    const filters: Filter[] = [
      { field: "status", op: "in", value: "draft,confirmed" }, { field: "customer.name", op: "contains", value: "bike & co" }, { field: "custom.colour", op: "eq", value: "red" },
      { field: "total", op: "gte", value: "0010.50" }, { field: "ordered_on", op: "within", value: "last-30-days" }, { field: "owner", op: "isnull", value: "true" },
    ];
    const text = serializeListState(state(filters, { view: "open", search: "50% off", sort: ["-total", "number"], group: "status" }));
    expect(text).toContain("status__in=draft,confirmed");
    expect(parseListState(`?${text}`)).toEqual({ view: "open", edited: true, search: "50% off", filters, sort: ["-total", "number"], group: "status" });
  });

  it("say only the name of a view that is as it was saved", () => {
    expect(serializeListState({ view: "open", edited: false, search: "", filters: [{ field: "status", op: "eq", value: "x" }], sort: [] })).toBe("view=open");
  });

  it("remember that a view's filters were all taken away", () => {
    const text = serializeListState(state([], { view: "open" }));
    expect(parseListState(text)).toMatchObject({ view: "open", edited: true, filters: [] });
  });

  it("are read from a plain link of another page", () => {
    expect(parseListState("?status=late")).toMatchObject({ edited: true, filters: [{ field: "status", op: "eq", value: "late" }] });
  });
});

describe("what the server is asked", () => {
  const now = { today: "2026-11-21", memberId: 7 };
  it("resolves spans from the company's day, and me", () => {
    expect(toRequest([{ field: "ordered_on", op: "within", value: "last-30-days" }, { field: "owner", op: "eq", value: "me" }], now))
      .toEqual({ ordered_on__gte: "2026-10-23", ordered_on__lte: "2026-11-21", owner: "7" });
    expect(toRequest([{ field: "d", op: "within", value: "this-week" }], now)).toEqual({ d__gte: "2026-11-16", d__lte: "2026-11-22" });
    expect(toRequest([{ field: "d", op: "within", value: "last-month" }], now)).toEqual({ d__gte: "2026-10-01", d__lte: "2026-10-31" });
    expect(toRequest([{ field: "order", op: "eq", value: "40" }, { field: "order", op: "in", value: "1,2" }], now)).toEqual({ order__eq: "40", order__in: "1,2" });
    expect(toRequest([{ field: "d", op: "within", value: "past" }], now)).toEqual({ d__lte: "2026-11-20" });
  });
});

describe("chips", () => {
  it("hold both bounds of a field in one chip", () => {
    const [chip] = chipsOf([{ field: "total", op: "gte", value: "10" }, { field: "total", op: "lte", value: "20" }]);
    expect(contentOf(chip!)).toEqual({ op: "between", values: ["10", "20"] });
  });

  it("say 'is not' when all but a few are chosen, and mean the same set", () => {
    const [chip] = chipsOf(fromRecord({ status__in: "draft,confirmed,late" }));
    const content = contentOf(chip!, STATES);
    expect(content).toEqual({ op: "not", values: ["shipped", "cancelled"] });
    expect(sameFilters(filtersOf("status", content, STATES), fromRecord({ status__in: "draft,confirmed,late" }))).toBe(true);
  });

  it.each([
    [{ op: "is", values: ["draft"] }, { status: "draft" }], [{ op: "is", values: ["draft", "late"] }, { status__in: "draft,late" }], [{ op: "is", values: [] }, {}],
    [{ op: "empty", values: [] }, { status__isnull: "true" }], [{ op: "between", values: ["", "9"] }, { status__lte: "9" }], [{ op: "within", values: ["nonsense"] }, {}],
  ] as const)("%o means %o", (content, params) => {
    expect(filtersOf("status", { op: content.op, values: [...content.values] }, STATES)).toEqual(fromRecord(params));
  });

  it("keep their place when they change, and go when empty", () => {
    const filters = fromRecord({ a: "1", b: "2", c: "3" });
    expect(replaceField(filters, "b", fromRecord({ b__gte: "5", b__lte: "6" })).map((item) => item.field)).toEqual(["a", "b", "b", "c"]);
    expect(replaceField(filters, "b", []).map((item) => item.field)).toEqual(["a", "c"]);
  });
});

it("sorts up, down, off; further keys with Shift", () => {
  expect(toggleSort([], "total")).toEqual(["total"]);
  expect(toggleSort(["total"], "total")).toEqual(["-total"]);
  expect(toggleSort(["-total"], "total")).toEqual([]);
  expect(toggleSort(["-total"], "number", true)).toEqual(["-total", "number"]);
});
