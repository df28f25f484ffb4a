import { waitFor } from "@testing-library/react";
import i18next from "i18next";
import { describe, expect, it, vi } from "vitest";
import { bootstrap } from "@/testing/fixtures/bootstrap";
import { renderPage } from "@/testing/render";
import { problem, serve } from "@/testing/server";
import { CompanyLayout } from "./company-layout";

const person = { id: 1, name: "Sales manager", email: "sales@acme.example", language: "en" };

async function arrivedAt(answers: Record<string, unknown>) {
  serve(answers);
  vi.stubGlobal(
    "WebSocket",
    class {
      close() {}
    },
  );
  const { router } = await renderPage(<CompanyLayout />);
  return () => router.history.location.href;
}

describe("which language", () => {
  it("is the member's from the first drawing on where nobody has chosen one, and the server is asked without naming another", async () => {
    localStorage.removeItem("tenon.language");
    const asked = serve({ "GET /api/v1/bootstrap/": { ...bootstrap, me: { ...bootstrap.me, language: "zh-hans" } } });
    vi.stubGlobal("WebSocket", class { close() {} });
    await renderPage(<CompanyLayout />);
    await waitFor(() => expect(document.title).toBe("Acme · Tenon"));
    expect(i18next.language).toBe("zh");
    expect(asked.find((call) => call.path === "/api/v1/bootstrap/")?.headers.get("Accept-Language")).toBe("*");
  });

  it("stays what was chosen on this device", async () => {
    localStorage.setItem("tenon.language", "en");
    const asked = serve({ "GET /api/v1/bootstrap/": { ...bootstrap, me: { ...bootstrap.me, language: "zh-hans" } } });
    vi.stubGlobal("WebSocket", class { close() {} });
    await renderPage(<CompanyLayout />);
    await waitFor(() => expect(document.title).toBe("Acme · Tenon"));
    expect(i18next.language).toBe("en");
    expect(asked.find((call) => call.path === "/api/v1/bootstrap/")?.headers.get("Accept-Language")).toBe("en");
    localStorage.removeItem("tenon.language");
  });
});

describe("who may not enter here", () => {
  it("goes to sign in when nobody is signed in", async () => {
    const at = await arrivedAt({ "GET /api/v1/bootstrap/": problem("unauthenticated", 401), "GET /api/v1/session/": { person: null, company: { slug: "acme" } } });
    await waitFor(() => expect(at()).toBe("/login"));
  });

  it("goes to the person's companies on the apex, never in a circle through signing in", async () => {
    const at = await arrivedAt({ "GET /api/v1/bootstrap/": problem("unauthenticated", 401), "GET /api/v1/session/": { person, company: null } });
    await waitFor(() => expect(at()).toBe("/companies"));
  });

  it("stays when the company is open", async () => {
    const at = await arrivedAt({ "GET /api/v1/bootstrap/": bootstrap });
    await waitFor(() => expect(document.title).toBe("Acme · Tenon"));
    expect(at()).toBe("/");
  });
});
