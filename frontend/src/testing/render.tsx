/** Draws a page as the app would: query cache, router in memory, languages, and a company when one is given. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import i18next from "i18next";
import { Suspense, type ReactNode } from "react";
import { startI18n, type Language } from "@/platform/i18n/i18n";
import type { Bootstrap } from "@/platform/session/bootstrap";
import { SessionProvider } from "@/platform/session/session";
import { ConfirmHost } from "@/ui/overlay/confirm";
import { Toaster } from "@/ui/overlay/toast";

interface Setting {
  path?: string;
  language?: Language;
  bootstrap?: Bootstrap;
}

export async function renderPage(page: ReactNode, { path = "/", language = "en", bootstrap }: Setting = {}) {
  if (!i18next.isInitialized) await startI18n(language);
  else await i18next.changeLanguage(language);
  await i18next.loadNamespaces(["ui", "app", "auth", "account"]);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: 0 } } });
  const inside = bootstrap ? <SessionProvider bootstrap={bootstrap}>{page}</SessionProvider> : page;
  const root = createRootRoute();
  const every = createRoute({ getParentRoute: () => root, path: "$", component: () => <Suspense fallback={null}>{inside}</Suspense> });
  const router = createRouter({ routeTree: root.addChildren([every]), history: createMemoryHistory({ initialEntries: [path] }) });
  const result = render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
      <Toaster />
      <ConfirmHost />
    </QueryClientProvider>,
  );
  await act(async () => {
    await router.load();
  });
  return { ...result, router, client };
}
