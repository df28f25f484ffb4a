/** Addresses of the pages that need no company, and how a place is kept over signing in. */

export const signInPath = (next?: string): string => (next && next !== "/" ? `/login?next=${encodeURIComponent(next)}` : "/login");

/** Only a path inside this app may be gone to: never another host. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
