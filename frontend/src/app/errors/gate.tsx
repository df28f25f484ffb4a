/** Shows a page only to those whose company has the function and whose roles allow it; says who can help otherwise. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCan, useFeature } from "@/platform/session/session";
import { ForbiddenState } from "@/ui/states/states";
import { AppLink } from "@/platform/records/entity-link";

export function Gate({ feature, permission, children }: { feature?: string; permission?: string; children: ReactNode }) {
  const { t } = useTranslation("app");
  const on = useFeature(feature ?? "");
  const can = useCan(permission ?? "");
  const manages = useCan("access.feature.switch");
  if (feature && !on) {
    return (
      <ForbiddenState title={t("feature_off")} actions={manages && <AppLink className="btn primary" to="/admin/modules">{t("open_modules")}</AppLink>}>
        {t("feature_off_why")}
      </ForbiddenState>
    );
  }
  if (permission && !can) return <ForbiddenState title={t("forbidden")}>{t("forbidden_why")}</ForbiddenState>;
  return children;
}
