/** Languages of the app. Each folder with `locales/{en,zh}.json` is a namespace named after the folder; a catalogue is
 * fetched when a page first needs it. */
import i18next, { type BackendModule, type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "en" | "zh";
export const languages: readonly Language[] = ["en", "zh"];

type Catalogue = Record<string, unknown>;
const catalogues = import.meta.glob<Catalogue>("/src/**/locales/*.json", { import: "default" });

const loaders = new Map(
  Object.entries(catalogues).map(([path, load]) => {
    const [, namespace, language] = /([^/]+)\/locales\/(\w+)\.json$/.exec(path) ?? [];
    return [`${language}/${namespace}`, load] as const;
  }),
);

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = loaders.get(`${language}/${namespace}`);
    if (!load) return done(new Error(`no catalogue ${language}/${namespace}`), false);
    load().then((catalogue) => done(null, catalogue as Resource[string][string] as never), (error: Error) => done(error, false));
  },
};

const stored = "tenon.language";

/** What the person chose here last, else what the browser asks for. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(stored);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("zh")) && !navigator.languages[0]?.startsWith("en") ? "zh" : "en";
}

export const hasChosenLanguage = (): boolean => localStorage.getItem(stored) !== null;

export const currentLanguage = (): Language => (i18next.language === "zh" ? "zh" : "en");

/** `zh-hans` of the server and `zh` of the app are one language. */
export const languageFrom = (tag: string | undefined | null): Language => (tag?.toLowerCase().startsWith("zh") ? "zh" : "en");
export const serverTag = (language: Language): string => (language === "zh" ? "zh-hans" : "en");

function mark(language: string) {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}

export async function startI18n(language: Language = preferredLanguage(), resources?: Resource): Promise<void> {
  i18next.on("languageChanged", mark);
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      // A missing word shows its key at once, in both languages; a test keeps the catalogues equal.
      fallbackLng: false,
      ns: resources ? Object.keys(resources[language] ?? {}) : ["ui"],
      defaultNS: "ui",
      resources,
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  mark(language);
}

export async function chooseLanguage(language: Language, remember = true): Promise<void> {
  if (remember) localStorage.setItem(stored, language);
  await i18next.changeLanguage(language);
}
