/** The address bar as lists and pages use it: read the query as written, move without loading. */
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";

/** Query of the current address, `?…` or empty. */
export const useSearchText = (): string => useRouterState({ select: (state) => state.location.searchStr });

export const usePathname = (): string => useRouterState({ select: (state) => state.location.pathname });

export function useGo(): (to: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return useCallback((to, options) => {
    if (options?.replace) router.history.replace(to);
    else router.history.push(to);
  }, [router]);
}
