import { describe, expect, it } from "vitest";
import { keyFrom } from "./admin/custom-field-drawer";
import { mergeActivity, toldChanges } from "./detail/activity";
import { fileSize } from "./detail/files-tab";
import { factFields } from "./detail/record-facts";
import { actionsFor, canDelete, canUpdate, isWriteOnly, titleOf } from "./entity";
import { lineColumns, tellingColumns, typedColumns } from "./form/line-columns";
import { errorsCsv, guessField } from "./import/imports";
import { choosable, columnsOf } from "./list/columns";
import { cardFields } from "./list/record-cards";
import { mid } from "./mid-sentence";
import { slotName } from "./slot-name";
import { field, line, order } from "./testing/harness";
import type { HistoryEntry, Row } from "./types";

const row: Row = { id: 4, version: 1, number: "SO-4", status: "draft" };

describe("changing", () => {
  it("is offered in the states that leave room for it, to whoever may", () => {
    const given = { ...order, update_states: ["draft", "confirmed"], delete_states: ["draft"] };
    const shipped = { ...row, status: "shipped" };
    expect([canUpdate(given, row), canDelete(given, row)]).toEqual([true, true]);
    expect([canUpdate(given, shipped), canDelete(given, { ...row, status: "confirmed" })]).toEqual([false, false]);
    expect(canUpdate(order, shipped)).toBe(true);
    expect(canUpdate({ ...given, can: { ...given.can, update: false } }, row)).toBe(false);
  });

  it("has a title in words where the title is a choice", () => {
    expect(titleOf({ ...order, title_field: "status" }, row)).toBe("Draft");
  });
});

describe("columns", () => {
  it("always hold the record's name, keep the chosen order, and leave room to one that matters", () => {
    const columns = columnsOf(order, ["total", "customer"], "CNY");
    expect(columns.map((column) => column.path)).toEqual(["number", "total", "customer"]);
    expect(columns.filter((column) => column.grow).map((column) => column.path)).toEqual(["customer"]);
    expect(columns[1]).toMatchObject({ end: true, label: "Total, CNY" });
  });

  it("offer what can be shown, custom fields included, and not what is only taken in", () => {
    const given = { ...order, fields: [...order.fields, field("contact_name", "text", { sortable: false, filters: [] })] };
    expect(isWriteOnly(given.fields.at(-1)!)).toBe(true);
    const offered = choosable(given, columnsOf(given, undefined)).map((item) => item.path);
    expect(offered).toContain("custom.colour");
    expect(offered).not.toContain("contact_name");
    expect(offered).not.toContain("lines");
  });
});

describe("lines", () => {
  const withDocument = { ...line, fields: [field("order", "ref", { ref: order.key, required: true }), ...line.fields, field("note", "text")], list: [...line.list, "note"] };
  it("do not ask for the document they stand in", () => {
    expect(lineColumns(withDocument, order.key).map((column) => column.path)).toEqual(["product", "quantity", "unit_price", "amount", "note"]);
  });
  it("show only columns that say something; typing offers all that can be typed", () => {
    const rows = [{ product: { id: 1, label: "x" }, quantity: "1", unit_price: "2.00", amount: "2.00", note: "" }];
    expect(tellingColumns(lineColumns(withDocument, order.key), rows).map((column) => column.path)).toEqual(["product", "quantity", "unit_price", "amount"]);
    expect(typedColumns(lineColumns(withDocument, order.key), rows).map((column) => column.path)).toContain("note");
  });
});

describe("a record", () => {
  it("offers the actions of its state only", () => {
    expect(actionsFor(order, row).map((action) => action.key)).toEqual(["confirm"]);
    expect(actionsFor(order, { ...row, status: "shipped" })).toEqual([]);
  });
  it("does not offer what no field asks for", () => {
    const param = { ...order.fields[0]!, key: "suppliers", required: true, hidden: true };
    const costs = { key: "costs", label: "Freight and duty", params: [param] };
    expect(actionsFor({ ...order, actions: [costs, { ...costs, params: [{ ...param, required: false }] }] }, row)).toHaveLength(1);
  });
  it("has a name even without one", () => {
    expect(titleOf(order, row)).toBe("SO-4");
    expect(titleOf(order, { ...row, number: "" })).toBe("#4");
  });
  it("tells facts that the head has not told", () => expect(factFields(order).map((item) => item.key)).toEqual(["total"]));
  it("says on a phone who, how much and what state", () => {
    const card = cardFields(order);
    expect([card.head?.key, card.amount?.key, card.state?.key, card.more?.key]).toEqual(["customer", "total", "status", "reference"]);
  });
});

describe("activity", () => {
  const change = (at: string, changes: HistoryEntry["changes"]): HistoryEntry => ({ at, actor: { id: 1, label: "Buyer" }, op: "update", changes });
  it("mixes comments and changes by time, newest first, and drops bookkeeping", () => {
    const stream = mergeActivity(
      [change("2026-11-20T10:00:00Z", { status: ["draft", "confirmed"], version: [1, 2] }), change("2026-11-20T09:00:00Z", { version: [0, 1] })],
      [{ id: 5, at: "2026-11-20T11:00:00Z", author: null, body: "hello" }], "System",
    );
    expect(stream.map((item) => [item.kind, item.who])).toEqual([["comment", "System"], ["change", "Buyer"]]);
    expect(toldChanges(change("", { version: [1, 2], total: ["1", "2"] })).map(([key]) => key)).toEqual(["total"]);
  });
});

describe("import", () => {
  const fields = [{ path: "name", label: "Company name" }, { path: "custom.colour", label: "Colour" }];
  it("guesses fields by label or key, whatever the spelling", () => {
    expect(["company_name", "NAME", "COLOUR", "Street"].map((column) => guessField(column, fields))).toEqual(["name", "name", "custom.colour", undefined]);
  });
  it("writes a list of problems that no spreadsheet takes for formulas", () => {
    const csv = errorsCsv([{ row: 12, column: 'U"OM', value: "=1+1", message: "Not a unit, sorry" }], ["Row", "Column", "Value", "Problem"]);
    expect(csv).toBe('\ufeffRow,Column,Value,Problem\r\n12,"U""OM",\'=1+1,"Not a unit, sorry"\r\n');
  });
});

it("makes keys of names, each once", () => {
  expect(keyFrom("Colour of frame", new Set())).toBe("colour_of_frame");
  expect(keyFrom("Größe 2", new Set())).toBe("gro_e_2");
  expect(keyFrom("车架颜色", new Set(["field"]))).toBe("field_2");
  expect(keyFrom("2nd", new Set())).toBe("f_2nd");
});

it("speaks in sentences", () => {
  expect([mid("Sales order"), mid("RFQ"), mid("销售订单")]).toEqual(["sales order", "RFQ", "销售订单"]);
  expect(slotName({ key: "shared.sales_order" }, "detail.tabs")).toBe("sales-order.detail.tabs");
  expect([fileSize(900), fileSize(1500), fileSize(212_000), fileSize(3_400_000_000)]).toEqual(["900 B", "1.5 kB", "212 kB", "3.4 GB"]);
});
