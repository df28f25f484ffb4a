import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, KeyRound, Languages, LogOut, Monitor, Moon, Rows3, Rows4, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { patch } from "@/platform/api/request";
import { chooseLanguage, serverTag } from "@/platform/i18n/i18n";
import { prefer, usePreferences, type ThemeChoice } from "@/platform/preferences";
import { useGo } from "@/platform/records/navigation";
import { useMe } from "@/platform/session/session";
import { Who } from "@/ui/figures";
import { Menu, type MenuItem } from "@/ui/overlay/menu";
import { signOut } from "../auth/accounts";

export const themes: { value: ThemeChoice; icon: typeof Sun }[] = [
  { value: "system", icon: Monitor },
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
];

/** Everything kept belongs to the person who leaves: a full load forgets it. */
export async function leave(): Promise<void> {
  await signOut().catch(() => undefined);
  window.location.assign("/login");
}

/** Words that came from the server (labels, menus) are asked for again in the new language. */
export function useSwitchLanguage() {
  const client = useQueryClient();
  return async (language: "en" | "zh") => {
    await chooseLanguage(language);
    // Mails and prints come in this language too; when the server does not take it, the screen has it anyway.
    await patch("/api/v1/me/", { language: serverTag(language) }).catch(() => undefined);
    await client.invalidateQueries();
  };
}

export function UserMenu() {
  const { t, i18n } = useTranslation("app");
  const me = useMe();
  const go = useGo();
  const { theme, density } = usePreferences();
  const switchLanguage = useSwitchLanguage();
  const items: MenuItem[] = [
    { key: "account", label: t("account"), icon: <KeyRound size={15} />, onSelect: () => go("/account") },
    { key: "en", label: "English", group: t("language"), icon: <Languages size={15} />, checked: i18n.language === "en", onSelect: () => void switchLanguage("en") },
    { key: "zh", label: "简体中文", icon: <Languages size={15} />, checked: i18n.language === "zh", onSelect: () => void switchLanguage("zh") },
    ...themes.map(({ value, icon: Shape }, index) => ({ key: value, label: t(`theme_${value}`), group: index === 0 ? t("appearance") : undefined, icon: <Shape size={15} />, checked: theme === value, onSelect: () => prefer({ theme: value }) })),
    { key: "normal", label: t("density_normal"), group: t("density"), icon: <Rows3 size={15} />, checked: density === "normal", onSelect: () => prefer({ density: "normal" }) },
    { key: "compact", label: t("density_compact"), icon: <Rows4 size={15} />, checked: density === "compact", onSelect: () => prefer({ density: "compact" }) },
    { key: "out", label: t("sign_out"), icon: <LogOut size={15} />, divided: true, onSelect: () => void leave() },
  ];
  return (
    <Menu
      label={t("you")}
      align="end"
      items={items}
      head={
        <>
          <b className="ell">{me.name || me.email}</b>
          <div className="dim xs ell">{me.email}</div>
        </>
      }
      trigger={(props) => (
        <button type="button" className="me" aria-label={t("you")} {...props}>
          <Who name={me.name || me.email} size={24} />
          <ChevronDown size={12} aria-hidden />
        </button>
      )}
    />
  );
}
