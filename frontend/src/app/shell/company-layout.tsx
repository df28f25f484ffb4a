/** Everything inside a company: asks the server who I am here, then opens the pages; or says why not. */
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, Unreachable } from "@/platform/api/problem";
import { chooseLanguage, hasChosenLanguage, languageFrom } from "@/platform/i18n/i18n";
import { useGo } from "@/platform/records/navigation";
import { Realtime } from "@/platform/realtime/realtime";
import { bootstrapQuery } from "@/platform/session/bootstrap";
import { SessionProvider } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { AntdRoot } from "../antd-root";
import { ShellSkeleton } from "./shell-skeleton";

/** On the apex there is no company to show: its own pages follow. */
const isApex = (error: unknown) => isProblem(error) && (error.status === 404 || error.is("no-company"));

export function CompanyLayout() {
  const { t } = useTranslation("app");
  const go = useGo();
  const { data, error, refetch } = useQuery(bootstrapQuery);
  const apex = isApex(error);
  const language = data?.me.language || data?.tenant.language;
  useEffect(() => {
    if (apex) go("/companies", { replace: true });
  }, [apex, go]);
  useEffect(() => {
    if (language && !hasChosenLanguage()) void chooseLanguage(languageFrom(language), false);
  }, [language]);
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
  if (!error || apex || (isProblem(error) && error.status === 401)) return <ShellSkeleton />;
  if (error instanceof Unreachable) {
    return (
      <ErrorState title={t("unreachable")} actions={<Button variant="primary" onClick={() => void refetch()}>{t("try_again")}</Button>}>
        {t("unreachable_why")}
      </ErrorState>
    );
  }
  return <ProblemState error={error} retry={() => void refetch()} />;
}
