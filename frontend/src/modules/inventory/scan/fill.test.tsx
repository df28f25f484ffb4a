import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import { FillLines, useFill, type Line } from "./fill";

const lines: Line[] = [{ id: 3, product: { id: 7, label: "LAMP" }, barcode: "4006381333931", unit: "EA", left: "6" }];
const say = vi.fn();

function Filling() {
  const fill = useFill(lines, say);
  return (
    <>
      <button type="button" onClick={() => { fill.onCode("CARTON-1"); fill.onCode("CARTON-1"); }}>two at once</button>
      <button type="button" onClick={() => fill.onCode("4006381333931")}>barcode</button>
      <button type="button" onClick={fill.undo}>undo</button>
      <output aria-label="entries">{JSON.stringify(fill.entries)}</output>
      <FillLines lines={lines} fill={fill} />
    </>
  );
}

describe("filling lines by scan", () => {
  it("counts two quick scans twice, though the server has to say what they are", async () => {
    serve({ "GET /api/v1/inventory/scan/": { kind: "product", id: 7, label: "LAMP", stock: [] } });
    await renderPage(<Filling />, { bootstrap });
    await userEvent.click(await screen.findByRole("button", { name: "two at once" }));
    expect(await screen.findByText("2")).toBeInTheDocument();
    expect(say.mock.calls.at(-1)).toEqual([true, "LAMP: 2 of 6"]);
  });

  it("knows barcodes without the network", async () => {
    const asked = serve({});
    await renderPage(<Filling />, { bootstrap });
    await userEvent.click(await screen.findByRole("button", { name: "barcode" }));
    expect(await screen.findByText("1")).toBeInTheDocument();
    expect(asked.filter((call) => call.path.includes("/scan/"))).toEqual([]);
  });

  it("says no weight of what nobody weighs, after taking a scan back too", async () => {
    serve({});
    await renderPage(<Filling />, { bootstrap });
    const scan = await screen.findByRole("button", { name: "barcode" });
    await userEvent.click(scan);
    await userEvent.click(scan);
    await userEvent.click(screen.getByRole("button", { name: "undo" }));
    expect(screen.getByRole("status", { name: "entries" })).toHaveTextContent(JSON.stringify([{ id: 3, quantity: "1" }]));
  });
});
