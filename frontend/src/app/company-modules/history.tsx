/** What was switched, subscribed to and excepted, by whom; the latest first. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { useTenant } from "@/platform/session/session";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchHistory, type Switching } from "./api";
import { useDay } from "./use-day";

const kinds: Record<Switching["what"], string> = { features: "open", subscription: "done", feature_granted: "done", feature_denied: "hold", override_lifted: "off", trial_extended: "done" };

export function History() {
  const { t } = useTranslation("company-modules");
  const { slug } = useTenant();
  const format = useFormat();
  const { day } = useDay();
  const { data, error, refetch } = useQuery({ queryKey: keyOf(slug, "core.module", "history", {}), queryFn: fetchHistory });
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton rows={8} height={44} />;
  // A change of the standing alone says nothing about modules.
  const rows = data.filter((row) => row.on.length + row.off.length > 0 || row.reason !== "");
  if (rows.length === 0) return <EmptyState title={t("no_history")}>{t("no_history_why")}</EmptyState>;
  const who = (row: Switching) => (row.by_system ? t("by_subscription") : row.by);
  return (
    <ol className="mod-hist" aria-label={t("history")}>
      {rows.map((row, at) => (
        <li key={`${row.at}${at}`}>
          <Mark kind={row.what === "features" && row.off.length > 0 && row.on.length === 0 ? "off" : kinds[row.what]} />
          <div>
            <p><b>{who(row)}</b> {t(`did_${row.what}`)}</p>
            {row.on.length > 0 && <p>{t(row.what === "features" ? "on" : "gained", { list: row.on.join(t("comma")) })}</p>}
            {row.off.length > 0 && <p className="sub">{t(row.what === "features" ? "off" : "lost", { list: row.off.join(t("comma")) })}</p>}
            {row.reason && <q>{row.reason}</q>}
          </div>
          <span className="when dim">
            <span>{format.moment(row.at)}</span>
            {row.until && <span>{t("until", { until: format.day(day(row.until)) })}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
