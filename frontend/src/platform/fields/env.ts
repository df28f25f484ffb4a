/** What fields need to know about the company, the person and the language, from the session. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMe, useTenant } from "@/platform/session/session";
import type { FieldEnv } from "./types";

export function useFieldEnv(): FieldEnv {
  const { t, i18n } = useTranslation("fields");
  const tenant = useTenant();
  const me = useMe();
  return useMemo(() => ({
    language: i18n.language === "zh" ? "zh-Hans" : "en",
    currency: tenant.currency,
    currencyDecimals: tenant.currency_decimals,
    today: tenant.today,
    timeZone: tenant.time_zone,
    memberId: me.member_id,
    t: (key, options) => String(t(key, options ?? {})),
  }), [t, i18n.language, tenant, me.member_id]);
}
