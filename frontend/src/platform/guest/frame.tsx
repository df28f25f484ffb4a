/** The frame of a page for somebody with a link: who writes, another language, and our name at the foot. */
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/platform/i18n/i18n";
import { Logo } from "@/ui/joint";
import "./guest.css";

interface GuestFrameProps { title: ReactNode; sub?: ReactNode; back?: { href: string; label: string }; otherLanguage: string; foot?: ReactNode; children: ReactNode }

export function GuestFrame({ title, sub, back, otherLanguage, foot, children }: GuestFrameProps) {
  const { i18n } = useTranslation();
  const other = i18n.language === "zh" ? "en" : "zh";
  return (
    <div className="pt">
      <header>
        {back && <a className="btn text icon" href={back.href} aria-label={back.label}><ArrowLeft size={20} /></a>}
        <span className="grow ell"><b>{title}</b>{sub && <span className="dim ell">{sub}</span>}</span>
        <button type="button" className="btn text" onClick={() => void chooseLanguage(other)} lang={other === "en" ? "en" : "zh-Hans"}>{otherLanguage}</button>
      </header>
      <main>{children}</main>
      <footer className="dim"><Logo size={16} /><b>Tenon</b>{foot && <span>{foot}</span>}</footer>
    </div>
  );
}
