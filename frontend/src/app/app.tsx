/** The whole app: server cache, routes, toasts, questions. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { isTransient, onSignedOut } from "@/platform/api/request";
import { ConfirmHost } from "@/ui/overlay/confirm";
import { Toaster } from "@/ui/overlay/toast";
import { signInPath } from "./auth/paths";
import { router } from "./router";

export const client = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => count < 2 && isTransient(error), staleTime: 15_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

export function App() {
  useEffect(
    () =>
      onSignedOut(() => {
        const { href, pathname } = router.history.location;
        if (!/^\/(login|signup|reset-password|verify-email|enter)/.test(pathname)) router.history.push(signInPath(href));
      }),
    [],
  );
  return (
    <QueryClientProvider client={client}>
      <Suspense fallback={null}>
        <RouterProvider router={router} />
        <Toaster />
        <ConfirmHost />
      </Suspense>
    </QueryClientProvider>
  );
}
