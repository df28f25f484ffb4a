/** The subscription: what is paid for, what else there is, the price before every change, invoices. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey, keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { useGo, useSearchText } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine, Segmented, SelectField, TextField } from "@/ui/controls";
import { PageHead, RightRail } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { catalogueQuery, statusQuery } from "../api/queries";
import { beginSubscription, fetchStatus, openPortal, payOpen, samePlan, toggled, totalOf, type Interval, type Plan, type SubscriptionStatus } from "../api/subscription";
import { ChangeDialog } from "../components/change-dialog";
import { InvoiceList } from "../components/invoice-list";
import { LimitList } from "../components/limit-list";
import { OfferList } from "../components/offer-list";
import { StandingLine } from "../components/standing-line";
import "../billing.css";

const most = 1000;
const poll = 1500;

const planOf = (status: SubscriptionStatus): Plan => ({ modules: status.items.map((item) => item.key), seats: status.seats ?? Math.max(1, status.members), interval: status.interval || "month" });
/** What it will be: the plan of the next period where one is set. */
const coming = (status: SubscriptionStatus): Plan => (status.next_plan?.modules.length ? status.next_plan : planOf(status));

export function SubscriptionPage() {
  const { t } = useTranslation("billing");
  const { slug } = useTenant();
  const { data: status, error, refetch } = useQuery(statusQuery(slug));
  const catalogue = useQuery(catalogueQuery(slug));
  const ready = status && catalogue.data;
  return (
    <div className="page">
      <PageHead title={t("title")} after={status && <StandingLine status={status} />} ruled />
      <Arriving />
      {error !== null && !status && <ErrorState title={t("failed_read")} actions={<Button onClick={() => void refetch()}>{t("again")}</Button>}>{isProblem(error) ? error.message : t("failed")}</ErrorState>}
      {!ready && !error && <GridSkeleton rows={6} height={76} />}
      {status && !status.available && <EmptyState title={t("not_available")}>{t("not_available_why")}</EmptyState>}
      {ready && status.available && <Chooser key={JSON.stringify([status.items, status.next_plan, status.subscribed])} status={status} />}
    </div>
  );
}

/** Back from the payment page: the subscription may be a moment behind. Asks until it is there. */
function Arriving() {
  const { t } = useTranslation("billing");
  const { slug } = useTenant();
  const client = useQueryClient();
  const go = useGo();
  const paid = new URLSearchParams(useSearchText()).get("paid");
  const { data } = useQuery({
    queryKey: keyOf(slug, "billing.subscription", "arriving", { paid }),
    queryFn: () => fetchStatus(true),
    enabled: Boolean(paid),
    refetchInterval: (query) => (query.state.data?.subscribed ? false : poll),
  });
  const there = Boolean(paid && data?.subscribed);
  useEffect(() => {
    if (!there) return;
    toast({ text: t("arrived") });
    void client.invalidateQueries({ queryKey: keyOf(slug, "billing.subscription") });
    void client.invalidateQueries({ queryKey: bootstrapKey });
    go("/admin/subscription", { replace: true });
  }, [there, client, slug, go, t]);
  return paid && !there ? <div className="notice info" role="status">{t("arriving")}</div> : null;
}

function Chooser({ status }: { status: SubscriptionStatus }) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const { data: catalogue } = useQuery(catalogueQuery(slug));
  const [plan, setPlan] = useState<Plan>(coming(status));
  const [currency, setCurrency] = useState(catalogue?.currency ?? "USD");
  const [coupon, setCoupon] = useState("");
  const [byInvoice, setByInvoice] = useState(false);
  const [keepTrial, setKeepTrial] = useState(true);
  const [asking, setAsking] = useState<Plan>();

  const news = () => {
    void client.invalidateQueries({ queryKey: keyOf(slug, "billing.subscription") });
    void client.invalidateQueries({ queryKey: bootstrapKey });
  };
  const onError = (failure: unknown) => toast({ text: isProblem(failure) ? failure.message : t("failed"), tone: "bad" });
  const begin = useMutation({
    mutationFn: () => beginSubscription({ ...plan, currency, coupon: coupon.trim(), after_trial: keepTrial && status.standing === "trialing", by_invoice: byInvoice }, crypto.randomUUID()),
    onSuccess: ({ url }) => {
      if (url) window.location.assign(url);
      else news();
    },
    onError,
  });
  const portal = useMutation({ mutationFn: openPortal, onSuccess: ({ url }) => window.location.assign(url), onError });
  const pay = useMutation({
    mutationFn: payOpen,
    onSuccess: () => {
      toast({ text: t("paid_thanks") });
      news();
    },
    onError,
  });

  if (!catalogue) return null;
  const { offers } = catalogue;
  const present = planOf(status);
  const ending = status.next_plan !== null && status.next_plan.modules.length === 0;
  const changed = !samePlan(plan, coming(status)) || ending;
  const owes = status.subscribed && ["past_due", "grace", "read_only", "suspended", "closed"].includes(status.standing);
  const held = status.subscribed ? present.modules : [];
  const total = totalOf(offers, plan, currency);
  return (
    <>
      <div className="split">
        <div className="main">
          <OfferList offers={offers} picked={plan.modules} held={held} currency={currency} interval={plan.interval} onToggle={(key) => setPlan({ ...plan, modules: toggled(offers, plan.modules, key) })} />
          <LimitList limits={status.limits} onChanged={news} />
          <InvoiceList />
        </div>
        <RightRail width={320} label={t("summary")}>
          <section className="choose">
            <TextField label={t("seats")} type="number" min={1} max={most} value={plan.seats} note={t("members_now", { count: status.members })} onChange={(event) => setPlan({ ...plan, seats: Math.min(most, Math.max(1, Math.trunc(Number(event.target.value)) || 1)) })} />
            <Segmented<Interval> label={t("billed")} value={plan.interval} onChange={(interval) => setPlan({ ...plan, interval })} options={[{ value: "month", label: t("monthly") }, { value: "year", label: t("yearly"), title: t("yearly_why") }]} />
            {!status.subscribed && catalogue.currencies.length > 1 && <SelectField label={t("currency")} value={currency} onChange={(event) => setCurrency(event.target.value)} options={catalogue.currencies.map((code) => ({ value: code, label: code }))} />}
            <p className="sum-line"><span>{t(plan.interval === "year" ? "total_year" : "total_month")}</span><b className="num">{format.money(total, currency, 2)}</b></p>
            <p className="xs dim">{t("without_tax")}</p>
            {status.subscribed ? (
              <>
                <Button variant="primary" block disabled={!changed || plan.modules.length === 0} onClick={() => setAsking(plan)}>{t(ending && samePlan(plan, present) ? "go_on" : "show_price")}</Button>
                {status.next_plan && !ending && <p className="xs sub">{t("from_next", { day: format.day(status.period_end?.slice(0, 10)) })}</p>}
              </>
            ) : (
              <>
                <TextField label={t("coupon")} value={coupon} onChange={(event) => setCoupon(event.target.value)} autoComplete="off" />
                {status.standing === "trialing" && <CheckLine checked={keepTrial} onChange={(event) => setKeepTrial(event.target.checked)}>{t("keep_trial", { day: format.day(status.trial_until?.slice(0, 10)) })}</CheckLine>}
                {catalogue.invoice_days > 0 && <CheckLine checked={byInvoice} onChange={(event) => setByInvoice(event.target.checked)}>{t("by_invoice", { count: catalogue.invoice_days })}</CheckLine>}
                <Button variant="primary" block disabled={plan.modules.length === 0} busy={begin.isPending} onClick={() => begin.mutate()}>{t(byInvoice ? "subscribe" : "to_payment")}</Button>
              </>
            )}
          </section>
          {status.subscribed && (
            <section className="choose">
              {owes && <Button variant="primary" block busy={pay.isPending} onClick={() => pay.mutate()}>{t("pay_now")}</Button>}
              {status.disputes.map((dispute) => (
                <p key={dispute.at} className="xs sub">{t(dispute.lost ? "dispute_lost" : "dispute_open", { amount: format.money(dispute.amount, dispute.currency, 2), day: format.day(dispute.at.slice(0, 10)) })}</p>
              ))}
              {status.card && (
                <p className="xs sub">
                  {t("card_line", { brand: status.card.brand, last4: status.card.last4, month: `${status.card.month.slice(5)}/${status.card.month.slice(0, 4)}` })}
                  {status.card.state && <Mark kind={status.card.state === "expired" ? "late" : "warn"} />}
                </p>
              )}
              <Button block busy={portal.isPending} onClick={() => portal.mutate()}>{t("portal")}</Button>
              {!ending && <Button variant="text" block onClick={() => setAsking({ ...present, modules: [] })}>{t("end_subscription")}</Button>}
            </section>
          )}
        </RightRail>
      </div>
      {asking && (
        <ChangeDialog
          plan={asking}
          offers={offers}
          onClose={() => setAsking(undefined)}
          onChanged={() => {
            setAsking(undefined);
            toast({ text: t("changed") });
            news();
          }}
        />
      )}
    </>
  );
}
