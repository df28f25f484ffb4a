/** One place that turns what a request threw into a page: no answer, not found, not allowed, switched off, broken. */
import { useTranslation } from "react-i18next";
import { isProblem, Unreachable } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { ErrorState, ForbiddenState, NothingFound } from "@/ui/states/states";

export function ProblemState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation("app");
  const again = retry && <Button onClick={retry}>{t("try_again")}</Button>;
  if (error instanceof Unreachable) return <ErrorState title={t("unreachable")} actions={again}>{t("unreachable_why")}</ErrorState>;
  if (isProblem(error, "feature-off")) return <ForbiddenState title={t("feature_off")}>{t("feature_off_why")}</ForbiddenState>;
  if (isProblem(error) && error.status === 403) return <ForbiddenState title={t("forbidden")}>{error.detail || t("forbidden_why")}</ForbiddenState>;
  if (isProblem(error) && error.status === 404) return <NothingFound title={t("not_found")} actions={again}>{t("not_found_why")}</NothingFound>;
  return (
    <ErrorState title={isProblem(error) && error.title ? error.title : t("crash")} actions={again} reference={isProblem(error) ? error.requestId : undefined}>
      {isProblem(error) && error.detail ? error.detail : t("crash_why")}
    </ErrorState>
  );
}
