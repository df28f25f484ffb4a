import { beforeAll, describe, expect, it, vi } from "vitest";
import { startI18n } from "@/platform/i18n/i18n";
import { problem, serve, Status } from "@/testing/server";
import { isProblem, Unreachable } from "./problem";
import { get, isTransient, onSignedOut, patch, post, requestAnswer, withQuery } from "./request";

beforeAll(() => startI18n("zh"));

describe("requests", () => {
  it("carry language, token, version and idempotency key", async () => {
    document.cookie = "csrftoken=token-1";
    const asked = serve({ "PATCH /api/v1/x/1/": new Status(200, { id: 1 }, { ETag: 'W/"4"' }), "POST /api/v1/x/": {} });
    const answer = await requestAnswer("PATCH", "/api/v1/x/1/", { body: { a: 1 }, ifMatch: '"3"' });
    expect(answer.etag).toBe("4");
    await post("/api/v1/x/", { a: 1 }, { idempotencyKey: "key-1" });
    expect(asked[0]?.headers.get("If-Match")).toBe('"3"');
    expect(asked[0]?.headers.get("X-CSRFToken")).toBe("token-1");
    expect(asked[0]?.headers.get("Accept-Language")).toBe("zh-hans");
    expect(asked[1]?.headers.get("Idempotency-Key")).toBe("key-1");
  });

  it("fetch the token first when the page brought none", async () => {
    document.cookie = "csrftoken=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
    const asked = serve({
      "GET /_allauth/browser/v1/config": () => {
        document.cookie = "csrftoken=token-2";
        return {};
      },
      "POST /api/v1/x/": {},
    });
    await post("/api/v1/x/", {});
    expect(asked.map((call) => call.path)).toEqual(["/_allauth/browser/v1/config", "/api/v1/x/"]);
    expect(asked[1]?.headers.get("X-CSRFToken")).toBe("token-2");
  });

  it("turn a problem document into a typed error with its own members", async () => {
    serve({ "PATCH /api/v1/x/1/": problem("stale-version", 412, { detail: "Changed", current: { id: 1, version: 5 }, changed_by: { id: 2, label: "Planner" }, request_id: "r-1", errors: [{ field: "lines.0.quantity", message: "Too much" }] }) });
    const error: unknown = await patch("/api/v1/x/1/", {}, { ifMatch: 4 }).catch((caught: unknown) => caught);
    if (!isProblem(error, "stale-version")) throw new Error("not typed");
    expect(error.message).toBe("Changed");
    expect(error.body.current).toEqual({ id: 1, version: 5 });
    expect(error.errorOf("lines.0.quantity")).toBe("Too much");
    expect(error.requestId).toBe("r-1");
  });

  it("survive an answer that is no JSON", async () => {
    vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway", headers: { "X-Request-Id": "r-2" } }));
    const error: unknown = await get("/api/v1/x/").catch((caught: unknown) => caught);
    expect(isProblem(error) && error.status === 502 && error.requestId === "r-2").toBe(true);
    expect(isTransient(error)).toBe(true);
  });

  it("tell a missing server from a refusal", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    await expect(get("/api/v1/x/")).rejects.toBeInstanceOf(Unreachable);
  });

  it("say once that the session is gone, unless the caller expects it", async () => {
    serve({ "GET /api/v1/x/": problem("unauthenticated", 401), "POST /api/v1/session/enter/": problem("unauthenticated", 401) });
    const told = vi.fn();
    const stop = onSignedOut(told);
    await get("/api/v1/x/").catch(() => undefined);
    expect(told).toHaveBeenCalledOnce();
    await post("/api/v1/session/enter/", {}, { expectsSignedOut: true }).catch(() => undefined);
    expect(told).toHaveBeenCalledOnce();
    stop();
  });

  it("leave empty filters out of the address", () => {
    expect(withQuery("/a/", { q: "x y", none: "", nothing: null, zero: 0, no: false })).toBe("/a/?q=x+y&zero=0&no=false");
  });
});
