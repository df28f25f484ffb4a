/** antd with our theme, language and quietness; only pages inside a company pay for it. */
import { ConfigProvider, theme as algorithms, type ConfigProviderProps } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences, useResolvedTheme } from "@/platform/preferences";
import { compactToken, dark, darkTheme, light, lightTheme, pin } from "@/theme";


type AntdLocale = NonNullable<ConfigProviderProps["locale"]>;

const locales: Record<string, () => Promise<{ default: AntdLocale }>> = {
  en: () => import("antd/locale/en_US"),
  zh: () => import("antd/locale/zh_CN"),
};

/** antd's words, and dayjs with them: the calendar takes its weekdays from there. */
async function loadLocale(language: string): Promise<AntdLocale> {
  const [{ default: locale }, { default: dayjs }] = await Promise.all([(locales[language] ?? locales.en)!(), import("dayjs"), language === "zh" ? import("dayjs/locale/zh-cn") : undefined]);
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
  return locale;
}

/** Stands until the words are there: a provider that begins without a locale wraps its children anew when one comes, and
 * whatever was typed or chosen by then would be gone. */
const notYet: AntdLocale = { locale: "en" };

const overlay = (trigger?: HTMLElement) => trigger?.closest("dialog") ?? document.body;

export function AntdRoot({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const mode = useResolvedTheme();
  const { density } = usePreferences();
  const [locale, setLocale] = useState<AntdLocale>();
  useEffect(() => {
    let here = true;
    void loadLocale(i18n.language).then((next) => here && setLocale(next));
    return () => {
      here = false;
    };
  }, [i18n.language]);
  const base = mode === "dark" ? darkTheme : lightTheme;
  return (
    <ConfigProvider
      locale={locale ?? notYet}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
      getPopupContainer={overlay}
      theme={{
        ...base,
        algorithm: mode === "dark" ? [algorithms.darkAlgorithm, pin(dark)] : [algorithms.defaultAlgorithm, pin(light)],
        token: { ...base.token, ...(density === "compact" ? compactToken : {}) },
      }}
    >
      {children}
    </ConfigProvider>
  );
}
