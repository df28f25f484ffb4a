/** Where the right to a function comes from, from when and until when; an exception tells who made it, and why. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Mark } from "@/ui/status";
import type { FeatureSwitch, Right } from "./api";
import { useDay } from "./use-day";

const exceptions = new Set<Right["source"]>(["grant", "deny"]);
/** A right that ends within so many days is told with a mark. */
const soon = 14;

function useSpan() {
  const { t } = useTranslation("company-modules");
  const format = useFormat();
  const { day, ahead } = useDay();
  return (right: Right): string => {
    const [since, until] = [day(right.since), right.until && day(right.until)];
    if (ahead(right.since) > 0) return until ? t("from_to", { since: format.day(since), until: format.day(until) }) : t("from", { since: format.day(since) });
    if (!until) return t("since", { since: format.day(since) });
    if (ahead(right.until!) < 0) return t("ended", { until: format.day(until) });
    return t("since_until", { since: format.day(since), until: format.day(until) });
  };
}

export function Rights({ feature }: { feature: FeatureSwitch }) {
  const { t } = useTranslation("company-modules");
  const { ahead } = useDay();
  const span = useSpan();
  const all = feature.rights ?? [];
  // What is withheld is withheld whatever else was given.
  const denied = all.filter((right) => right.source === "deny");
  const rights = denied.length > 0 ? denied : all;
  if (rights.length === 0) return feature.entitled ? <span className="right dim">{t("given")}</span> : null;
  return (
    <>
      {rights.map((right) => {
        const left = right.until ? ahead(right.until) : undefined;
        const ending = left !== undefined && left >= 0 && left <= soon && right.source !== "deny";
        return (
          <span key={right.source} className="right">
            {right.source === "deny" ? <Mark kind="hold" /> : feature.dropped ? <Mark kind="hold" /> : ending && <Mark kind="warn" />}
            <span>
              <span className="medium">{t(`source_${right.source}`)}</span> <span className="dim">{span(right)}{ending && `, ${t("days_left", { count: left })}`}</span>
              {exceptions.has(right.source) && right.reason && <q>{right.reason}{right.by && <span className="dim"> {t("by", { name: right.by })}</span>}</q>}
              {feature.dropped && <span className="dim"> {t("read_for_now")}</span>}
            </span>
          </span>
        );
      })}
    </>
  );
}
