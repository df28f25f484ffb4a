import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { renderPage } from "@/testing/render";
import { Panel } from "./panel";
import type { ShellModule } from "./use-shell-menu";

const group = (title: string, count: number) => ({
  id: `stock.${title}`, title, pages: Array.from({ length: count }, (_, n) => ({ id: `stock.${title}.${n}`, title: `${title} ${n}`, route: `/${title}/${n}` })),
});
const module: ShellModule = { id: "stock", title: "Stock", groups: [group("Work", 9), group("Goods", 9), group("Buying", 9), group("Rules", 9)] };
const shown = (path: string) => renderPage(<Panel module={module} path={path} search="" />);
const head = (name: string) => screen.getByRole("button", { name });

describe("the panel of an area with many pages", () => {
  beforeEach(() => localStorage.clear());

  it("folds the groups that do not fit, but not the one that one stands in", async () => {
    await shown("/Rules/4");
    expect(head("Work")).toHaveAttribute("aria-expanded", "true");
    expect(head("Buying")).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByRole("link", { name: "Buying 0" })).toBeNull();
    expect(screen.getByRole("link", { name: "Rules 4" })).toHaveAttribute("aria-current", "page");
  });

  it("remembers what somebody folds and unfolds", async () => {
    const { unmount } = await shown("/Work/0");
    await userEvent.click(head("Buying"));
    await userEvent.click(head("Work"));
    unmount();
    await shown("/Goods/0");
    expect(head("Buying")).toHaveAttribute("aria-expanded", "true");
    expect(head("Work")).toHaveAttribute("aria-expanded", "false");
  });
});
