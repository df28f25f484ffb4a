/** The sheet of all sign-in pages. The one place where the joint is large: two timbers, what was sold and what is made. */
import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/platform/i18n/i18n";
import { AppLink } from "@/platform/records/entity-link";
import { light } from "@/theme";
import { Logo } from "@/ui/joint";
import "./auth.css";

/** The picture keeps its daylight in both modes. */
const timber = { "--logo-a": "var(--cream)", "--logo-b": light.oak, "--pine": light.brand, "--oak": light.oak, "--oak-soft": light.oakSoft, "--chrome": light.chrome, "--ink": light.text } as CSSProperties;

function Joinery() {
  const { t } = useTranslation("auth");
  return (
    <svg viewBox="0 0 640 900" preserveAspectRatio="xMidYMid slice" className="joinery" aria-hidden>
      <path className="pine" d="M-200 356H262V404H356V496H262V544H-200z" />
      <path className="oak" d="M900 356H300V392H368V508H300V544H900z" />
      <g className="grain pale">
        <path d="M-200 384C0 380 160 388 250 384" />
        <path d="M-200 418C0 426 210 414 344 424" />
        <path d="M-200 448C0 442 240 454 346 446" />
        <path d="M-200 516C0 520 170 512 250 516" />
      </g>
      <g className="grain dark">
        <path d="M312 374C420 368 520 380 900 374" />
        <path d="M380 410C460 404 560 416 900 408" />
        <path d="M380 446C480 452 560 440 900 446" />
        <path d="M312 526C420 532 540 520 900 526" />
      </g>
      <g className="words on-pine">
        <text x="44" y="474" className="strong">{t("timber_sold")}</text>
        <text x="44" y="492">{t("timber_sold_note")}</text>
      </g>
      <g className="words on-oak">
        <text x="596" y="474" className="strong">{t("timber_made")}</text>
        <text x="596" y="492">{t("timber_made_note")}</text>
      </g>
    </svg>
  );
}

interface AuthFrameProps {
  /** "Have an account? Sign in" */
  other?: { ask: string; label: string; to: string };
  children: ReactNode;
}

export function AuthFrame({ other, children }: AuthFrameProps) {
  const { t, i18n } = useTranslation("auth");
  return (
    <div className="auth">
      <aside style={timber}>
        <Joinery />
        <header>
          <Logo size={30} />
          <b>Tenon</b>
          <span lang="zh-Hans">榫</span>
        </header>
        <div className="say">
          <p className="say-head">
            {t("say_1")}
            <br />
            {t("say_2")}
          </p>
          <p className="say-body">{t("say_3")}</p>
        </div>
      </aside>
      <main>
        <div className="auth-top">
          <span className="auth-mark"><Logo size={24} /><b>Tenon</b></span>
          {other && (
            <>
              <span className="dim ask">{other.ask}</span>
              <AppLink className="t-brand medium" to={other.to}>{other.label}</AppLink>
              <i className="sep" />
            </>
          )}
          <button type="button" className="lang" onClick={() => void chooseLanguage(i18n.language === "zh" ? "en" : "zh")} lang={i18n.language === "zh" ? "en" : "zh-Hans"}>
            {t("other_language")}
          </button>
        </div>
        <div className="auth-f">{children}</div>
      </main>
    </div>
  );
}
