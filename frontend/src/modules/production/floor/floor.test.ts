import { expect, it } from "vitest";
import type { Entry } from "@/platform/offline/queue";
import { pareto } from "../pages/losses-page";
import { TERMINAL, type Job } from "../api/terminal";
import { stepped, typed } from "./counters";
import { foreseen } from "./use-terminal";

const worker = { token: "t", id: 7, name: "Welder" };
const job = { id: 1, good: "3", scrap: "0", reworked: "0", left: "12", status: "running", working: [{ id: 7, name: "Welder", since: "" }] } as unknown as Job;
const waiting = (body: object): Entry => ({ key: "k", method: "POST", path: TERMINAL, body, label: "", at: 0 });

it("shows what waits for the network as done, for its own job only", () => {
  const entries = [waiting({ verb: "report", operation: 1, good: "2", scrap: "1", rework: "0" }), waiting({ verb: "report", operation: 9, good: "5" }), waiting({ verb: "report", operation: 1, good: "0.1", rework: "0.2" })];
  expect(foreseen(job, entries, worker)).toMatchObject({ good: "5.1", scrap: "1", reworked: "0.2", left: "8.7" });
});

it("starts and pauses before the server has heard of it", () => {
  expect(foreseen(job, [waiting({ verb: "pause", operation: 1 })], worker)).toMatchObject({ status: "paused", working: [] });
  expect(foreseen({ ...job, working: [], status: "waiting" }, [waiting({ verb: "start", operation: 1, at: "x" })], worker)).toMatchObject({ status: "running", working: [{ id: 7 }] });
});

it("counts by key and by one", () => {
  expect(["1", "2", ".", "5", "."].reduce(typed, "0")).toBe("12.5");
  expect(typed("7", "Backspace")).toBe("0");
  expect([stepped("0", -1), stepped("0.1", 0.2), stepped("2", 1)]).toEqual(["0", "0.3", "3"]);
});

it("adds the shares of reasons up to one", () => {
  expect(pareto([6, 3, 1], (one) => one).map((one) => [one.share, Math.round(one.together * 10)])).toEqual([[0.6, 6], [0.3, 9], [0.1, 10]]);
});
