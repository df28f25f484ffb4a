import { describe, expect, it } from "vitest";
import { apply, change, childrenOf, differences, mayStandIn, place, remove, type DefaultNode, type Patch } from "./model";

const node = (id: string, parent: string | null, order: number, page = false): DefaultNode => ({ id, title: id.toUpperCase(), parent, order, page, icon: "", entity: null, route: page ? `/${id}` : null, url: null });
const defaults = [node("sales", null, 10), node("stock", null, 20), node("orders", "sales", 10), node("prices", "sales", 20), node("so", "orders", 10, true), node("returns", "orders", 20, true), node("lists", "prices", 10, true)];
const none: Patch = { nodes: {}, added: [] };
const at = (patch: Patch) => apply(defaults, patch, "en");
const ids = (patch: Patch, parent: string) => childrenOf(at(patch), parent).map((one) => one.id);

describe("the menu under the editor's hands", () => {
  it("reorders within a group and names only what moved", () => {
    const patch = place(none, defaults, at(none), "returns", "orders", 0);
    expect(ids(patch, "orders")).toEqual(["returns", "so"]);
    expect(differences(at(none), at(patch)).map(({ id, kind }) => `${id} ${kind}`)).toEqual(["returns moved"]);
  });

  it("moves a page to another group and back without leaving a trace", () => {
    const there = place(none, defaults, at(none), "so", "prices", 1);
    expect(ids(there, "prices")).toEqual(["lists", "so"]);
    expect(ids(there, "orders")).toEqual(["returns"]);
    const back = place(there, defaults, at(there), "so", "orders", 0);
    expect(ids(back, "orders")).toEqual(["so", "returns"]);
    expect(back.nodes.so).toBeUndefined();
  });

  it("keeps to three levels, without circles and with nothing below a page", () => {
    const nodes = at(none);
    expect(mayStandIn(nodes, "so", "prices")).toBe(true);
    expect(mayStandIn(nodes, "so", "returns")).toBe(false);
    expect(mayStandIn(nodes, "sales", "orders")).toBe(false);
    expect(mayStandIn(nodes, "sales", "stock")).toBe(false);
    expect(mayStandIn(nodes, "orders", "stock")).toBe(true);
    expect(mayStandIn(nodes, "orders", "prices")).toBe(false);
    expect(mayStandIn(nodes, "so", "")).toBe(false);
  });

  it("stays sparse: a name taken back leaves nothing", () => {
    const renamed = change(none, defaults, "so", { title: { en: "Deals", "zh-hans": "成交" } });
    expect(apply(defaults, renamed, "zh").find((one) => one.id === "so")?.title).toBe("成交");
    expect(change(renamed, defaults, "so", { title: { en: "", "zh-hans": " " } })).toEqual(none);
    expect(change(change(none, defaults, "so", { hidden: true }), defaults, "so", { hidden: false })).toEqual(none);
  });

  it("takes an own group out with what stands in it", () => {
    const patch: Patch = { nodes: { so: { parent: "own.g" } }, added: [{ id: "own.g", parent: "sales", title: { en: "Ours" } }, { id: "own.p", parent: "own.g", title: { en: "Site" }, url: "https://a.example" }] };
    expect(remove(patch, "own.g")).toEqual(none);
    expect(differences(at(patch), at(none)).map(({ id, kind }) => `${id} ${kind}`).sort()).toEqual(["own.g removed", "own.p removed", "so moved"]);
  });
});
