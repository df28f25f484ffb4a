import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { renderPage } from "@/testing/render";
import { problem, serve, Status } from "@/testing/server";
import { CompanyPage } from "./company-page";
import { EnterPage } from "./enter-page";
import { slugFrom } from "./companies";
import { safeNext, signInPath } from "./paths";
import { SignInPage } from "./sign-in-page";
import { SignUpPage } from "./sign-up-page";

const base = "/_allauth/browser/v1";
const nobody = new Status(401, { status: 401, data: { flows: [{ id: "login" }] }, meta: { is_authenticated: false } });
const inside = { status: 200, data: { user: { email: "sales@acme.example" } }, meta: { is_authenticated: true } };
const config = { status: 200, data: { account: { login_by_code_enabled: true }, mfa: { passkey_login_enabled: true } } };
const pending = (id: string, more: object = {}) => new Status(401, { status: 401, data: { flows: [{ id, is_pending: true, ...more }] }, meta: { is_authenticated: false } });

let went: string[] = [];
beforeEach(() => {
  went = [];
  document.cookie = "csrftoken=t";
  const note = (to: string | URL) => void went.push(String(to));
  const search = "?next=%2Fshared%2Fsales-orders%3Fstatus%3Ddraft";
  vi.stubGlobal("location", { ...window.location, host: "acme.localhost", hostname: "acme.localhost", origin: "http://acme.localhost", href: `http://acme.localhost/login${search}`, pathname: "/login", search, hash: "", assign: note, replace: note });
});

describe("signing in", () => {
  it("says what is wrong at its field and asks the server only when there is something to ask", async () => {
    const asked = serve({
      [`GET ${base}/auth/session`]: nobody,
      [`GET ${base}/config`]: config,
      [`POST ${base}/auth/login`]: new Status(400, { status: 400, errors: [{ code: "email_password_mismatch", param: "password", message: "The password does not fit the address." }] }),
    });
    await renderPage(<SignInPage />);
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByText("Enter your mail address.")).toBeInTheDocument();
    expect(asked.some((call) => call.path.endsWith("/auth/login"))).toBe(false);
    await user.type(screen.getByLabelText("Work mail"), "sales@acme.example");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText("The password does not fit the address.")).toBeInTheDocument();
    expect(screen.getByLabelText("Password")).toHaveAttribute("aria-invalid", "true");
    expect(went).toEqual([]);
  });

  it("asks for the second step and comes back to the place that was asked for", async () => {
    const asked = serve({
      [`GET ${base}/auth/session`]: nobody,
      [`GET ${base}/config`]: config,
      [`POST ${base}/auth/login`]: pending("mfa_authenticate", { types: ["totp"] }),
      [`POST ${base}/auth/2fa/authenticate`]: inside,
    });
    await renderPage(<SignInPage />);
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Work mail"), "sales@acme.example");
    await user.type(screen.getByLabelText("Password"), "right horse battery{Enter}");
    await user.type(await screen.findByLabelText("Code from the app"), "123456");
    await waitFor(() => expect(went).toEqual(["/shared/sales-orders?status=draft"]));
    expect(asked.find((call) => call.path.endsWith("/2fa/authenticate"))?.body).toEqual({ code: "123456" });
  });

  it("signs in by a code from the mail", async () => {
    serve({ [`GET ${base}/auth/session`]: nobody, [`GET ${base}/config`]: config, [`POST ${base}/auth/code/request`]: pending("login_by_code"), [`POST ${base}/auth/code/confirm`]: inside });
    await renderPage(<SignInPage />, { language: "zh" });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("工作邮箱"), "sales@acme.example");
    await user.click(screen.getByRole("button", { name: "发送邮件验证码" }));
    await user.type(await screen.findByLabelText("邮件验证码"), "ABC-123{Enter}");
    await waitFor(() => expect(went).toEqual(["/shared/sales-orders?status=draft"]));
  });

  it("goes nowhere outside of this app", () => {
    expect(safeNext("?next=//evil.example")).toBe("/");
    expect(safeNext("?next=/\\evil.example")).toBe("/");
    expect(safeNext("?next=https://evil.example")).toBe("/");
    expect(safeNext("?next=/a?b=c")).toBe("/a?b=c");
    expect(signInPath("/a?b=c")).toBe("/login?next=%2Fa%3Fb%3Dc");
  });
});

describe("signing up", () => {
  it("counts what the password lacks, then asks for the code of the mail", async () => {
    const asked = serve({ [`POST ${base}/auth/signup`]: pending("verify_email"), [`POST ${base}/auth/email/verify`]: new Status(400, { errors: [{ code: "incorrect_code", param: "key", message: "Not this code." }] }) });
    await renderPage(<SignUpPage />);
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Work mail"), "ops@acme.example");
    await user.type(screen.getByLabelText("Password"), "12345678");
    await user.click(screen.getByRole("button", { name: "Create account" }));
    expect(await screen.findByText(/Add 2 more characters/)).toBeInTheDocument();
    expect(asked).toEqual([]);
    await user.type(screen.getByLabelText("Password"), "90");
    await user.click(screen.getByRole("button", { name: "Create account" }));
    await user.type(await screen.findByLabelText("Code from the mail"), "ZZZ{Enter}");
    expect(await screen.findByText("Not this code.")).toBeInTheDocument();
  });

  it("checks the address while it is typed, offers free ones, creates once and enters", async () => {
    const asked = serve({
      "GET /api/v1/signup/options/": { industries: [{ value: "manufacturing", label: "Make" }], languages: [{ value: "en", label: "English" }], currencies: ["CNY", "USD"], time_zones: ["Asia/Shanghai"], domain: "localhost:8000" },
      "GET /api/v1/companies/slug/": (call: { query: URLSearchParams }) => ({ slug: call.query.get("slug"), available: call.query.get("slug") !== "acme", reason: "Taken", suggestions: ["acme-works"] }),
      "POST /api/v1/companies/": new Status(201, { slug: "acme-works", name: "Acme", url: "http://acme-works.localhost:8000", state: "ready" }),
      "POST /api/v1/companies/acme-works/ticket/": { url: "http://acme-works.localhost:8000/enter?ticket=t" },
    });
    await renderPage(<CompanyPage />);
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Company"), "Acme");
    expect(await screen.findByText("Taken")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Create company" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "acme-works" }));
    expect(await screen.findByText("Free to use")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Create company" }));
    await waitFor(() => expect(went).toEqual(["http://acme-works.localhost:8000/enter?ticket=t"]));
    const made = asked.filter((call) => call.method === "POST" && call.path === "/api/v1/companies/");
    expect(made).toHaveLength(1);
    expect(made[0]?.headers.get("Idempotency-Key")).toBeTruthy();
    expect(made[0]?.body).toMatchObject({ name: "Acme", slug: "acme-works", sample_data: false });
  });

  it("makes an address of a name", () => {
    expect(slugFrom("  Café & Söhne GmbH ")).toBe("cafe-sohne-gmbh");
    expect(slugFrom("上海骑迹")).toBe("");
  });
});

it("says so when a ticket was used before", async () => {
  serve({ "POST /api/v1/session/enter/": problem("invalid", 400, { detail: "This link was used before." }) });
  await renderPage(<EnterPage />);
  expect(await screen.findByText("This link was used before.")).toBeInTheDocument();
  expect(went).toEqual([]);
});
