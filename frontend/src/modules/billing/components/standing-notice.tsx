/** One line above every page: the trial ends, a payment failed, nothing can be written. Quiet while all is well. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records/entity-link";
import { useCan, useTenant } from "@/platform/session/session";
import { Mark } from "@/ui/status";
import { daysBetween } from "@/ui/format/date";
import { statusQuery } from "../api/queries";

const soon = 7;

export function StandingNotice() {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const { slug, today, read_only: locked } = useTenant();
  const manages = useCan("billing.subscription.manage");
  const { data } = useQuery({ ...statusQuery(slug), enabled: manages });
  const way = manages && <AppLink className="link" to="/admin/subscription">{t("to_subscription")}</AppLink>;
  if (locked) {
    return (
      <div className="notice bad" role="status">
        <Mark kind="late" />
        <span>{data?.suspended_by_staff ? t("notice_by_staff") : t(data?.standing === "suspended" || data?.standing === "closed" ? "notice_suspended" : manages ? "notice_read_only" : "notice_read_only_other")}</span>
        {way}
      </div>
    );
  }
  if (!data) return null;
  if (data.dropped.length > 0 && data.standing === "active") {
    return (
      <div className="notice info" role="status">
        <Mark kind="open" />
        <span>{t("notice_dropped", { modules: data.dropped.map((one) => one.title).join(t("comma")), day: format.day(data.dropped[0]!.until.slice(0, 10)) })}</span>
        {way}
      </div>
    );
  }
  const [dispute] = data.disputes;
  if (dispute) {
    return (
      <div className="notice" role="status">
        <Mark kind="warn" />
        <span>{t("notice_dispute", { amount: format.money(dispute.amount, dispute.currency, 2), day: format.day(data.until?.slice(0, 10)) })}</span>
        {way}
      </div>
    );
  }
  if (data.standing === "past_due" || data.standing === "grace") {
    return (
      <div className="notice" role="status">
        <Mark kind="warn" />
        <span>{t(`notice_${data.standing}`, { day: format.day(data.until?.slice(0, 10)) })}</span>
        {way}
      </div>
    );
  }
  if (data.card?.state) {
    return (
      <div className={data.card.state === "expired" ? "notice" : "notice info"} role="status">
        <Mark kind={data.card.state === "expired" ? "warn" : "open"} />
        <span>{t(`notice_card_${data.card.state}`, { last4: data.card.last4, month: `${data.card.month.slice(5)}/${data.card.month.slice(0, 4)}` })}</span>
        {way}
      </div>
    );
  }
  const left = data.trial_until ? daysBetween(today, data.trial_until.slice(0, 10)) : soon + 1;
  if (data.standing !== "trialing" || data.subscribed || left > soon) return null;
  return (
    <div className="notice info" role="status">
      <Mark kind="open" />
      <span>{t("trial_left", { count: Math.max(0, left) })}</span>
      {way}
    </div>
  );
}
