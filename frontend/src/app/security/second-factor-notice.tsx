/** While the days of grace last: a second factor will be asked for. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records/entity-link";
import { useTenant } from "@/platform/session/session";
import { Mark } from "@/ui/status";

export function SecondFactorNotice() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const factor = useTenant().second_factor;
  if (!factor?.missing || !factor.required_from) return null;
  return (
    <div className="notice" role="status">
      <Mark kind="warn" />
      {t("factor_soon", { when: format.moment(factor.required_from) })}
      <AppLink to="/account">{t("factor_set_up")}</AppLink>
    </div>
  );
}
