/** The apex host's page: an archive of Tenon becomes a company of whoever is signed in. */
import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { AuthFrame } from "../auth/auth-frame";
import { RestorePanel } from "./restore-panel";

export function RestorePage() {
  const { t } = useTranslation("company-restore");
  return (
    <AuthFrame>
      <h1>{t("title")}</h1>
      <p className="sub">{t("why_new")}</p>
      <RestorePanel large />
      <p className="fine back"><AppLink to="/companies?choose">{t("back")}</AppLink></p>
    </AuthFrame>
  );
}
