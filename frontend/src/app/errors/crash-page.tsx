/** A page broke. Says so, keeps the rest of the app, and offers the two ways on. */
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/states/states";

/** After a release the old chunks are gone; loading the page anew brings the new ones. Once, not in a circle. */
function staleChunk(error: unknown): boolean {
  if (!/dynamically imported module|Importing a module script failed|Failed to fetch dynamically|Unable to preload/i.test(String((error as Error)?.message))) return false;
  const tried = Number(sessionStorage.getItem("tenon.reloaded") ?? 0);
  if (Date.now() - tried < 30_000) return false;
  sessionStorage.setItem("tenon.reloaded", String(Date.now()));
  return true;
}

export function CrashPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("app");
  const router = useRouter();
  useEffect(() => {
    if (staleChunk(error)) window.location.reload();
    else console.error(error);
  }, [error]);
  return (
    <ErrorState
      title={t("crash")}
      reference={error instanceof Problem ? error.requestId : undefined}
      actions={
        <>
          <Button variant="primary" onClick={() => { reset(); void router.invalidate(); }}>{t("try_again")}</Button>
          <Button onClick={() => router.history.push("/")}>{t("go_home")}</Button>
        </>
      }
    >
      {error instanceof Problem ? error.message : t("crash_why")}
    </ErrorState>
  );
}
