import { beforeEach, expect, test, vi } from "vitest";
import { Problem, Unreachable } from "@/platform/api/problem";
import type { request } from "@/platform/api/request";
import { Queue, type Entry } from "./queue";

type Sent = { path: string; key: string | undefined };

/** A server that answers what `answers` says, in turn; then it accepts. */
function server(...answers: unknown[]) {
  const sent: Sent[] = [];
  const send = vi.fn((_method: string, path: string, options?: { idempotencyKey?: string }) => {
    sent.push({ path, key: options?.idempotencyKey });
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? { path });
  });
  return { sent, send: send as unknown as typeof request };
}

const work = (path: string) => ({ method: "POST" as const, path, body: {}, label: path });
const refusal = (status: number) => new Problem({ type: "conflict", title: "No", status } as never);

beforeEach(() => { localStorage.clear(); vi.useFakeTimers(); });

test("sends in order, and again with the same key after the network was gone", async () => {
  const { sent, send } = server({}, new Unreachable(new Error()), {}, {});
  const queue = new Queue("q", send);
  queue.add(work("/1"));
  queue.add(work("/2"));
  queue.add(work("/3"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.path)).toEqual(["/1", "/2"]);
  expect(queue.state.offline).toBe(true);
  expect(queue.state.waiting.map((entry) => entry.path)).toEqual(["/2", "/3"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent.map((one) => one.path)).toEqual(["/1", "/2", "/2", "/3"]);
  expect(sent[1]!.key).toBe(sent[2]!.key);
  expect(queue.state).toMatchObject({ waiting: [], offline: false });
});

test("what waits outlives the page", async () => {
  const gone = server(new Unreachable(new Error()));
  new Queue("q", gone.send).add(work("/1"));
  await vi.advanceTimersByTimeAsync(0);
  const { sent, send } = server();
  const queue = new Queue("q", send);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([{ path: "/1", key: gone.sent[0]!.key }]);
  expect(queue.state.waiting).toEqual([]);
});

test("a refusal is kept for whoever did it, and the rest goes on", async () => {
  const { sent, send } = server(refusal(409), {});
  const queue = new Queue("q", send);
  const answered: string[] = [];
  queue.onAnswer((entry: Entry) => answered.push(entry.path));
  queue.add(work("/1"));
  queue.add(work("/2"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.path)).toEqual(["/1", "/2"]);
  expect(queue.state.refused.map((one) => one.entry.path)).toEqual(["/1"]);
  expect(answered).toEqual(["/2"]);
  queue.dismiss(queue.state.refused[0]!.entry.key);
  expect(queue.state.refused).toEqual([]);
});

test("pages side by side keep what each of them was told, and a refusal waits to be seen", async () => {
  const gone = () => server(new Unreachable(new Error())).send;
  new Queue("q", gone()).add(work("/1"));
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() + 1);
  const beside = new Queue("q", gone());
  beside.add(work("/2"));
  await vi.advanceTimersByTimeAsync(0);
  const { sent, send } = server({}, refusal(409));
  new Queue("q", send);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.path)).toEqual(["/1", "/2"]);
  const later = new Queue("q", server().send);
  expect(later.state.waiting).toEqual([]);
  expect(later.state.refused.map((one) => [one.entry.path, (one.error as Problem).status])).toEqual([["/2", 409]]);
  later.dismiss(later.state.refused[0]!.entry.key);
  expect(new Queue("q", server().send).state.refused).toEqual([]);
});

test("takes back only what may not have reached the server", async () => {
  const { send } = server(new Unreachable(new Error()));
  const queue = new Queue("q", send);
  const first = queue.add(work("/1"));
  const second = queue.add(work("/2"));
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.takeBack(first)).toBe(false);
  expect(queue.takeBack(second)).toBe(true);
  expect(queue.state.waiting.map((entry) => entry.path)).toEqual(["/1"]);
});
