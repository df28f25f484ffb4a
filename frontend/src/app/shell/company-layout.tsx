/** Everything inside a company: asks the server who I am here, then opens the pages; or says why not. */
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, Unreachable } from "@/platform/api/problem";
import { useGo } from "@/platform/records/navigation";
import { Realtime } from "@/platform/realtime/realtime";
import { bootstrapQuery, hostSession } from "@/platform/session/bootstrap";
import { SessionProvider } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/states/states";
import { signInPath } from "../auth/paths";
import { ProblemState } from "../errors/problem-state";
import { AntdRoot } from "../antd-root";
import { ShellSkeleton } from "./shell-skeleton";

const ClosedPage = lazy(() => import("../company-data/closed-page").then((part) => ({ default: part.ClosedPage })));
const SecondFactorPage = lazy(() => import("../security/second-factor-page").then((part) => ({ default: part.SecondFactorPage })));

/** No company for me at this address: the apex, a company I am not in, or nobody is signed in. */
const isOutside = (error: unknown) => isProblem(error) && (error.status === 401 || error.status === 404);

export function CompanyLayout() {
  const { t } = useTranslation("app");
  const go = useGo();
  const { data, error, refetch } = useQuery(bootstrapQuery);
  const outside = isOutside(error);
  useEffect(() => {
    if (!outside) return;
    // Signed in but not in this company: mine are listed. Nobody: sign in, and come back to this place.
    const { pathname, search } = window.location;
    void hostSession().then(
      ({ person }) => go(person ? "/companies" : signInPath(pathname + search), { replace: true }),
      () => go(signInPath(pathname + search), { replace: true }),
    );
  }, [outside, go]);
  useEffect(() => {
    if (data) document.title = `${data.tenant.name} · Tenon`;
  }, [data]);

  if (data) {
    return (
      <SessionProvider bootstrap={data}>
        <AntdRoot>
          <Realtime />
          <Outlet />
        </AntdRoot>
      </SessionProvider>
    );
  }
  if (!error || outside) return <ShellSkeleton />;
  if (isProblem(error, "company-closed")) return <Suspense fallback={<ShellSkeleton />}><ClosedPage /></Suspense>;
  if (isProblem(error, "mfa-required")) return <Suspense fallback={<ShellSkeleton />}><SecondFactorPage /></Suspense>;
  if (error instanceof Unreachable) {
    return (
      <ErrorState title={t("unreachable")} actions={<Button variant="primary" onClick={() => void refetch()}>{t("try_again")}</Button>}>
        {t("unreachable_why")}
      </ErrorState>
    );
  }
  return <ProblemState error={error} retry={() => void refetch()} />;
}
