import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { NothingFound } from "@/ui/states/states";

export function NotFoundPage() {
  const { t } = useTranslation("app");
  return (
    <NothingFound title={t("no_page")} actions={<AppLink className="btn" to="/">{t("go_home")}</AppLink>}>
      {t("no_page_why")}
    </NothingFound>
  );
}
