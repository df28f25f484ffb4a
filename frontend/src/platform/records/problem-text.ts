/** One readable sentence for anything that went wrong. */
import { isProblem, Unreachable } from "@/platform/api/problem";

type Translate = (key: string, options?: Record<string, unknown>) => string;

export function problemText(error: unknown, t: Translate): string {
  if (isProblem(error)) {
    const first = error.errors[0]?.message;
    if (error.detail) return error.detail;
    return first ?? error.title;
  }
  if (error instanceof Unreachable) return t("error.unreachable");
  return error instanceof Error && error.message ? error.message : t("error.unknown");
}
