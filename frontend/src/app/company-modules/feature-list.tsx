import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Switch } from "@/ui/controls";
import { Tag } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import type { FeatureSwitch } from "./api";
import { Rights } from "./rights";

interface FeatureListProps {
  features: FeatureSwitch[];
  all: ReadonlyMap<string, FeatureSwitch>;
  busy?: string;
  /** The module itself is off: nothing in it can be on. */
  off?: boolean;
  onSwitch: (feature: FeatureSwitch, on: boolean) => void;
}

/** One line per function. The joint says whether what it joins is there: closed when all it needs is switched on. */
export function FeatureList({ features, all, busy, off, onSwitch }: FeatureListProps) {
  const { t } = useTranslation("app");
  return (
    <ul className="features">
      {features.map((feature) => {
        const needs = feature.requires.map((key) => all.get(key)).filter((one): one is FeatureSwitch => Boolean(one) && !features.includes(one as FeatureSwitch));
        const there = needs.filter((one) => one.enabled).length;
        const locked = !feature.entitled && !feature.enabled;
        return (
          <li key={feature.key}>
            <label>
              <span className="ft">
                <span className={feature.enabled ? "medium" : "sub"}>{feature.title}</span>
                {feature.core && <Tag>{t("always_on")}</Tag>}
                {locked && !feature.dropped && <Tag>{t("not_in_plan")}</Tag>}
              </span>
              {feature.description && <span className="xs sub">{feature.description}</span>}
              <span className="rights xs"><Rights feature={feature} /></span>
              {needs.length > 0 && (
                <span className="row xs sub">
                  <Joint fit={there === needs.length ? 1 : there / needs.length} size={9} quiet={feature.enabled && there === needs.length} />
                  {t("joins", { features: needs.map((one) => one.title).join(t("comma")) })}
                </span>
              )}
              {locked ? (
                <Lock size={14} className="dim sw" aria-hidden />
              ) : (
                <Switch className="sw" checked={feature.enabled} disabled={feature.core || off || busy !== undefined} aria-busy={busy === feature.key || undefined} aria-label={feature.title} onChange={(event) => onSwitch(feature, event.target.checked)} />
              )}
            </label>
          </li>
        );
      })}
    </ul>
  );
}
