import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { renderPage } from "@/testing/render";
import { Board } from "./board";

const lanes = ["new", "offer", "won"].map((key) => ({ key, title: key, label: key }));
const cards = [{ id: 1, lane: "new", name: "A Bike Store" }, { id: 2, lane: "offer", name: "Sharp Bikes" }];

function sample(onMove: (card: { id: number }, lane: string) => void, canMove?: (card: { id: number }, lane: string) => boolean) {
  return <Board label="Deals" lanes={lanes} cards={cards} cardKey={(card) => card.id} laneOf={(card) => card.lane} renderCard={(card) => card.name} laneNote={(_lane, own) => `sum ${own.length}`} canMove={canMove} onMove={onMove} />;
}

describe("the board by keyboard", () => {
  it("lifts, moves, sets down, and the sums follow before anything is saved", async () => {
    const moved = vi.fn();
    await renderPage(sample(moved));
    const user = userEvent.setup();
    screen.getByText("A Bike Store").focus();
    await user.keyboard(" {ArrowRight}");
    const offer = screen.getByRole("region", { name: "offer" });
    expect(within(offer).getByText("A Bike Store")).toHaveFocus();
    expect(within(offer).getByText("sum 2")).toBeInTheDocument();
    expect(moved).not.toHaveBeenCalled();
    await user.keyboard(" ");
    expect(moved).toHaveBeenCalledWith(cards[0], "offer");
  });

  it("puts the card back on Escape and steps over lanes that refuse it", async () => {
    const moved = vi.fn();
    await renderPage(sample(moved, (_card, lane) => lane !== "offer"));
    const user = userEvent.setup();
    screen.getByText("A Bike Store").focus();
    await user.keyboard(" {ArrowRight}");
    expect(within(screen.getByRole("region", { name: "won" })).getByText("A Bike Store")).toBeInTheDocument();
    await user.keyboard("{Escape}");
    expect(within(screen.getByRole("region", { name: "new" })).getByText("A Bike Store")).toBeInTheDocument();
    expect(moved).not.toHaveBeenCalled();
  });
});
