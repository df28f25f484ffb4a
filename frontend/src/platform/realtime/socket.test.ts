import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSocket, type SocketHandlers } from "./socket";

class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 1;
  sent: string[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event?: { code: number }) => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.onclose?.();
  }
  says(message: unknown) {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

const handlers = () => ({ onChanged: vi.fn(), onBootstrap: vi.fn(), onReconnect: vi.fn(), onJob: vi.fn() }) satisfies SocketHandlers;
const last = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => vi.useRealTimers());

describe("the socket", () => {
  it("hands over a change at once and those that follow within 200 ms in one go", () => {
    const given = handlers();
    const close = openSocket("ws://x/ws/", given);
    last().onopen?.();
    const say = (entity: string) => last().says({ type: "changed", items: [{ entity, ids: [1], op: "update" }] });
    const told = () => given.onChanged.mock.calls.map(([items]) => (items as { entity: string }[]).map((item) => item.entity).join());
    say("a");
    expect(told()).toEqual(["a"]);
    say("b");
    say("c");
    vi.advanceTimersByTime(199);
    expect(told()).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(told()).toEqual(["a", "b,c"]);
    say("d");
    expect(told()).toHaveLength(2);
    vi.advanceTimersByTime(200);
    expect(told()).toEqual(["a", "b,c", "d"]);
    vi.advanceTimersByTime(1000);
    say("e");
    expect(told()).toEqual(["a", "b,c", "d", "e"]);
    close();
  });

  it("comes back after a break, longer each time, and says that everything may be old", () => {
    const given = handlers();
    const close = openSocket("ws://x/ws/", given);
    last().onopen?.();
    expect(given.onReconnect).not.toHaveBeenCalled();
    last().onclose?.();
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.all).toHaveLength(2);
    last().onclose?.();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.all).toHaveLength(3);
    last().onopen?.();
    expect(given.onReconnect).toHaveBeenCalledOnce();
    close();
  });

  it("does not come back once it is refused", () => {
    const given = handlers();
    openSocket("ws://x/ws/", given);
    last().onopen?.();
    last().onclose?.({ code: 4403 });
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(given.onBootstrap).toHaveBeenCalledOnce();
  });

  it("pings, gives up on a silent line, ignores noise, and stays closed once closed", () => {
    const given = handlers();
    const close = openSocket("ws://x/ws/", given);
    const first = last();
    first.onopen?.();
    first.says("not json");
    first.says({ type: "bootstrap" });
    expect(given.onBootstrap).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(25_000);
    expect(first.sent).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
    const count = FakeSocket.all.length;
    close();
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(count);
  });
});
