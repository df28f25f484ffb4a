import { beforeEach, describe, expect, it, vi } from "vitest";

describe("heavy parts of a page", () => {
  let idle: (() => void)[];

  beforeEach(() => {
    idle = [];
    vi.resetModules();
    vi.useFakeTimers();
    vi.stubGlobal("requestIdleCallback", (call: () => void) => idle.push(call));
    return () => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    };
  });

  const come = async () => {
    await vi.advanceTimersByTimeAsync(0);
  };

  it("come when the page stands and is idle", async () => {
    const { atRest } = await import("./rest");
    const here = vi.fn();
    void atRest().then(here);
    await vi.advanceTimersByTimeAsync(390);
    expect(idle).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(20);
    expect(here).not.toHaveBeenCalled();
    idle.forEach((call) => call());
    await come();
    expect(here).toHaveBeenCalledOnce();
  });

  it("come at once when they are wanted, and from then on", async () => {
    const { atRest, hurry } = await import("./rest");
    const here = vi.fn();
    void atRest().then(here);
    await come();
    expect(here).not.toHaveBeenCalled();
    hurry();
    await come();
    expect(here).toHaveBeenCalledOnce();
    void atRest().then(here);
    await come();
    expect(here).toHaveBeenCalledTimes(2);
  });
});
