import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { renderPage } from "@/testing/render";
import { Grid, type GridColumn, type GridKey, type GridSort } from ".";

interface Line {
  id: number;
  name: string;
  amount: string;
}

const lines: Line[] = Array.from({ length: 6 }, (_, index) => ({ id: index + 1, name: `Line ${index + 1}`, amount: `${index}.00` }));
const columns: GridColumn<Line>[] = [
  { key: "name", title: "Name", sortable: true, emphasised: true, cell: (row) => row.name },
  { key: "amount", title: "Amount", numeric: true, cell: (row) => row.amount },
  { key: "act", title: "", label: "Act", cell: () => <button type="button">Do</button> },
];
const keyOf = (row: Line) => row.id;

function Sample({ onOpen, onSort, sort }: { onOpen?: (row: Line) => void; onSort?: (key: string, more: boolean) => void; sort?: GridSort[] }) {
  const [selected, setSelected] = useState<Set<GridKey>>(new Set());
  return (
    <>
      <output>{[...selected].sort().join(",")}</output>
      <Grid label="Lines" columns={columns} rows={lines} rowKey={keyOf} selected={selected} onSelect={setSelected} onOpen={onOpen} onSort={onSort} sort={sort} />
    </>
  );
}

const row = (name: string) => screen.getByText(name).closest("tr") as HTMLElement;

describe("the grid", () => {
  it("moves with J and K, picks with X, opens with Enter", async () => {
    const opened = vi.fn();
    await renderPage(<Sample onOpen={opened} />);
    const user = userEvent.setup();
    row("Line 1").focus();
    await user.keyboard("jj");
    expect(document.activeElement).toBe(row("Line 3"));
    await user.keyboard("k");
    expect(document.activeElement).toBe(row("Line 2"));
    await user.keyboard("x");
    expect(row("Line 2")).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{Enter}");
    expect(opened).toHaveBeenCalledWith(lines[1], 1, { newTab: false });
  });

  it("picks a stretch with Shift and everything with Ctrl A", async () => {
    await renderPage(<Sample />);
    const user = userEvent.setup();
    row("Line 2").focus();
    await user.keyboard("x");
    await user.keyboard("{Shift>}jj{/Shift}");
    expect(["Line 1", "Line 2", "Line 3", "Line 4", "Line 5"].map((name) => row(name).getAttribute("aria-selected"))).toEqual(["false", "true", "true", "true", "false"]);
    await user.keyboard("{Control>}a{/Control}");
    expect(screen.getByRole("checkbox", { name: "Select all" })).toBeChecked();
    await user.keyboard("{Escape}");
    expect(row("Line 1")).toHaveAttribute("aria-selected", "false");
  });

  it("starts from the page when nothing has the focus", async () => {
    await renderPage(<Sample />);
    await userEvent.keyboard("j");
    expect(document.activeElement).toBe(row("Line 1"));
  });

  it("leaves keys and clicks of a cell's own button alone", async () => {
    const opened = vi.fn();
    await renderPage(<Sample onOpen={opened} />);
    const user = userEvent.setup();
    const button = within(row("Line 1")).getByRole("button", { name: "Do" });
    await user.click(button);
    await user.keyboard("{Enter}");
    expect(opened).not.toHaveBeenCalled();
    await user.click(screen.getByText("Line 4"));
    expect(opened).toHaveBeenCalledWith(lines[3], 3, { newTab: false });
  });

  it("says how it is sorted and asks for another order", async () => {
    const sorted = vi.fn();
    await renderPage(<Sample sort={[{ key: "name", desc: true }]} onSort={sorted} />);
    const head = screen.getByRole("columnheader", { name: /Name/ });
    expect(head).toHaveAttribute("aria-sort", "descending");
    await userEvent.click(within(head).getByRole("button"));
    expect(sorted).toHaveBeenCalledWith("name", false);
  });

  it("draws only a part of a long list but says how long it is", async () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ id: index, name: `N${index}`, amount: "0" }));
    await renderPage(<Grid label="Many" columns={columns} rows={many} rowKey={keyOf} total={12000} />);
    const table = screen.getByRole("grid", { name: "Many" });
    expect(table).toHaveAttribute("aria-rowcount", "12001");
    expect(table.querySelectorAll("tr[data-row]").length).toBeLessThan(200);
  });
});

