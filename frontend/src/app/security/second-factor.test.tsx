import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderPage } from "@/testing/render";
import { serve } from "@/testing/server";
import { SecondFactorPage } from "./second-factor-page";

it("is drawn without a company, and goes on only with a second factor", async () => {
  serve({
    "GET /api/v1/session/": { person: null, company: { slug: "acme", name: "Acme", state: "ready" } },
    "GET /_allauth/browser/v1/account/authenticators": { status: 200, data: [{ type: "webauthn", id: 1, name: "Laptop", created_at: 1_700_000_000, last_used_at: null }] },
  });
  await renderPage(<SecondFactorPage />);
  expect(await screen.findByText("Acme asks for a second factor")).toBeInTheDocument();
  expect(await screen.findByText("Laptop")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Go on" })).toBeEnabled();
});
