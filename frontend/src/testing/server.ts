/** A stand-in for the server in unit tests: answers per "METHOD /path", remembers what was asked. */
import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Answer = unknown | ((asked: Asked) => unknown);

/** Wraps a body with another status than 200. */
export class Status {
  constructor(
    readonly status: number,
    readonly body: unknown = {},
    readonly headers: Record<string, string> = {},
  ) {}
}

export const problem = (type: string, status: number, more: Record<string, unknown> = {}) => new Status(status, { type: `/problems/${type}`, title: type, status, ...more });

export function serve(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, "http://acme.localhost");
    const text = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : init.body;
    const call: Asked = { method: init.method ?? "GET", path: url.pathname, query: url.searchParams, headers: new Headers(init.headers), body: text };
    asked.push(call);
    const answer = answers[`${call.method} ${call.path}`];
    const given = typeof answer === "function" ? (answer as (asked: Asked) => unknown)(call) : answer;
    const { status, body, headers } = given instanceof Status ? given : given === undefined ? problem("not-found", 404) : new Status(200, given);
    const bare = status === 204;
    return new Response(bare ? null : JSON.stringify(body), { status, headers: { "Content-Type": status >= 400 ? "application/problem+json" : "application/json", ...headers } });
  });
  return asked;
}
