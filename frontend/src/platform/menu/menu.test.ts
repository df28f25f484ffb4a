import { describe, expect, it } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { entityAt, groupsOf, pagesUnder, placeOf } from "./menu";

describe("the menu", () => {
  it("finds the page a path lies under, the longest route first", () => {
    const menu = [{ id: "a", title: "A", children: [{ id: "x", title: "X", route: "/a" }, { id: "y", title: "Y", route: "/a/b?view=open" }] }];
    expect(placeOf(menu, "/a/b/12")?.page.id).toBe("y");
    expect(placeOf(menu, "/a/c")?.page.id).toBe("x");
    expect(placeOf(menu, "/ab")).toBeNull();
    const parties = [{ id: "s", title: "S", children: [{ id: "c", title: "Customers", route: "/p?view=customers" }, { id: "v", title: "Vendors", route: "/p?view=vendors" }] }];
    expect(placeOf(parties, "/p", "?view=vendors&order=name")?.page.id).toBe("v");
    expect(placeOf(parties, "/p/12")?.page.id).toBe("c");
  });
  it("gives pages right below a module a group without a name", () => {
    const groups = groupsOf({ id: "m", title: "M", children: [{ id: "p", title: "P", route: "/p" }, { id: "q", title: "Q", route: "/q" }, { id: "g", title: "G", children: [] }] });
    expect(groups.map((group) => [group.title, group.pages.length])).toEqual([["", 2]]);
  });
  it("finds the entity by its route", () => {
    expect(entityAt(bootstrap.entities, "/shared/sales-orders/12/edit")?.key).toBe("shared.sales_order");
    expect(entityAt(bootstrap.entities, "/shared/sales-orders-2")).toBeUndefined();
    expect(pagesUnder(bootstrap.menu[0]!).length).toBe(3);
  });
});
