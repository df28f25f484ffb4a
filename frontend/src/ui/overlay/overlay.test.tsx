import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { renderPage } from "@/testing/render";
import { confirm } from "./confirm";
import { Menu } from "./menu";
import { toast } from "./toast";

describe("the menu", () => {
  const items = (select: (key: string) => void) => ["one", "two", "three"].map((key) => ({ key, label: key, disabled: key === "two", onSelect: () => select(key) }));

  it("opens with the focus on its first item, moves by arrows, picks with Enter and gives the focus back", async () => {
    const select = vi.fn();
    await renderPage(<Menu label="Numbers" items={items(select)} trigger={(props) => <button type="button" {...props}>Open</button>} />);
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Open" }));
    expect(screen.getByRole("menuitem", { name: "one" })).toHaveFocus();
    await user.keyboard("{ArrowUp}");
    expect(screen.getByRole("menuitem", { name: "three" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(select).toHaveBeenCalledWith("three");
    expect(screen.queryByRole("menu")).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Open" })).toHaveFocus();
  });

  it("does nothing for a disabled item and closes on Escape", async () => {
    const select = vi.fn();
    await renderPage(<Menu label="Numbers" items={items(select)} trigger={(props) => <button type="button" {...props}>Open</button>} />);
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Open" }));
    await user.click(screen.getByRole("menuitem", { name: "two" }));
    expect(select).not.toHaveBeenCalled();
    expect(screen.getByRole("menu")).toBeInTheDocument();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).not.toBeInTheDocument();
  });
});

describe("questions and toasts", () => {
  it("answers yes only to the named button", async () => {
    await renderPage(<p>page</p>);
    const user = userEvent.setup();
    let answer: Promise<boolean> | undefined;
    act(() => {
      answer = confirm({ title: "Delete draft SO-1?", action: "Delete draft", keep: "Keep", danger: true });
    });
    await user.click(await screen.findByRole("button", { name: "Keep" }));
    expect(await answer).toBe(false);
    act(() => {
      answer = confirm({ title: "Delete draft SO-1?", action: "Delete draft", danger: true });
    });
    await user.click(await screen.findByRole("button", { name: "Delete draft" }));
    expect(await answer).toBe(true);
  });

  it("offers the way back and forgets the toast once it is taken", async () => {
    await renderPage(<p>page</p>);
    const undo = vi.fn();
    act(() => {
      toast({ text: "Moved to May", undo });
    });
    await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.queryByText("Moved to May")).not.toBeInTheDocument();
  });
});
