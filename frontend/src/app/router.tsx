/** Routes. Sign-in pages stand alone; everything else lies inside a company. Pages come in chunks of their own. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type AnyRoute } from "@tanstack/react-router";
import { signInPath } from "./auth/paths";
import { CrashPage } from "./errors/crash-page";
import { moduleRoutes } from "./manifests";

const root = createRootRoute({ component: Outlet });

const alone = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load as never, name as never) });

/** Whoever is signed in nowhere goes to the sign-in page before any of a company's pages is loaded. The server says so in
 * the page itself; what it does not say (a development server), the first call finds out. */
const notStrangers = ({ location }: { location: { href: string } }) => {
  if (document.documentElement.dataset.visitor !== "stranger") return;
  throw redirect({ href: signInPath(location.href), replace: true });
};

const company = createRoute({ getParentRoute: () => root, id: "company", beforeLoad: notStrangers, component: lazyRouteComponent(() => import("./shell/company-layout"), "CompanyLayout") });
const shell = createRoute({ getParentRoute: () => company, id: "shell", component: lazyRouteComponent(() => import("./shell/shell"), "Shell") });

const inside = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load as never, name as never) });

const fromModules: { shell: AnyRoute[]; bare: AnyRoute[] } = { shell: [], bare: [] };
for (const { path, bare, component } of moduleRoutes()) {
  fromModules[bare ? "bare" : "shell"].push(createRoute({ getParentRoute: () => (bare ? company : shell), path, component }) as AnyRoute);
}

const tree = root.addChildren([
  alone("/login", () => import("./auth/sign-in-page"), "SignInPage"),
  alone("/signup", () => import("./auth/sign-up-page"), "SignUpPage"),
  alone("/signup/company", () => import("./auth/company-page"), "CompanyPage"),
  alone("/verify-email/$key", () => import("./auth/sign-up-page"), "SignUpPage"),
  alone("/reset-password", () => import("./auth/reset-page"), "ResetPage"),
  alone("/reset-password/$key", () => import("./auth/reset-page"), "ResetPage"),
  alone("/companies", () => import("./auth/companies-page"), "CompaniesPage"),
  alone("/companies/restore", () => import("./company-restore/restore-page"), "RestorePage"),
  alone("/enter", () => import("./auth/enter-page"), "EnterPage"),
  alone("/portal", () => import("@/modules/inventory/portal/portal-page"), "PortalPage"),
  alone("/offer", () => import("@/modules/crm/offer/offer-page"), "OfferPage"),
  alone("/invitation", () => import("./auth/invitation-page"), "InvitationPage"),
  alone("/invitation/$token", () => import("./auth/invitation-page"), "InvitationPage"),
  company.addChildren([
    ...fromModules.bare,
    shell.addChildren([
      inside("/", () => import("./home/home-page"), "HomePage"),
      inside("/admin/modules", () => import("./company-modules/modules-page"), "ModulesPage"),
      inside("/admin/data", () => import("./company-data/data-page"), "DataPage"),
      inside("/admin/menu", () => import("./menu-editor/menu-page"), "MenuPage"),
      inside("/admin/dead-letters", () => import("./people/dead-letters-page"), "DeadLettersPage"),
      inside("/account", () => import("./account/account-page"), "AccountPage"),
      inside("/all", () => import("./shell/all-pages"), "AllPages"),
      ...fromModules.shell,
      inside("/$", () => import("./record-routes/record-route"), "RecordRoute"),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPendingMs: 300,
  defaultErrorComponent: CrashPage,
  scrollRestoration: true,
  // Filters in the address stay as they were written.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text ? `?${text}` : "";
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
