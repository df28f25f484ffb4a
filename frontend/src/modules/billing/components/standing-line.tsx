/** How the subscription stands, in one sentence and a mark. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { useTenant } from "@/platform/session/session";
import { daysBetween } from "@/ui/format/date";
import { Status } from "@/ui/status";
import type { Standing, SubscriptionStatus } from "../api/subscription";

const kinds: Record<Standing, string> = { trialing: "open", active: "done", past_due: "warn", grace: "warn", read_only: "late", suspended: "late", closed: "off" };

export function StandingLine({ status }: { status: SubscriptionStatus }) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const { today } = useTenant();
  const end = status.paid_from ?? status.period_end;
  const left = status.trial_until ? Math.max(0, daysBetween(today, status.trial_until.slice(0, 10))) : 0;
  const day = format.day(end?.slice(0, 10));
  const more = () => {
    if (status.standing === "trialing" && !status.subscribed) return t("trial_left", { count: left });
    if (!status.subscribed) return "";
    if (status.next_plan && status.next_plan.modules.length === 0) return t("ends_on", { day });
    if (status.paid_from) return t("paid_from", { day });
    return t("renews", { day });
  };
  return (
    <>
      <Status kind={kinds[status.standing]}>{t(`standing_${status.standing}`)}</Status>
      <span className="dim">{more()}</span>
    </>
  );
}
