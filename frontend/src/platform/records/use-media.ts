import { useSyncExternalStore } from "react";

/** Whether a media query holds, kept up to date. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Below 900 px lists become cards. */
export const usePhone = (): boolean => useMedia("(max-width: 899px)");
/** Below 1200 px the right rail becomes a tab. */
export const useNarrow = (): boolean => useMedia("(max-width: 1199px)");
