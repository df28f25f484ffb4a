/** The suppliers' portal: no account, a link. What there is to answer, and our orders. Made for a phone first. */
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { problemText } from "@/platform/records/problem-text";
import { Button } from "@/ui/button";
import { formatMoney, formatQuantity } from "@/ui/format/number";
import { GuestFrame } from "@/platform/guest/frame";
import { day, daysLeft, moment } from "@/platform/guest/moments";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { portal, type Home, type InquiryHead, type OrderHead, type Scheduled } from "./api";
import { InquiryView } from "./inquiry-view";
import { OrderView } from "./order-view";

interface Place { kind: "home" | "inquiry" | "order"; id: number }

/** `#<secret>/inquiry/12`: one address to go back and forth in, and no part of it ever reaches a server. */
function placeOf(hash: string): Place & { secret: string } {
  const [secret = "", kind, id] = hash.replace(/^#/, "").split("/");
  return { secret, kind: kind === "inquiry" || kind === "order" ? kind : "home", id: Number(id) || 0 };
}

function usePlace() {
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const follow = () => setHash(window.location.hash);
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return useMemo(() => placeOf(hash), [hash]);
}

export function PortalPage() {
  const { t } = useTranslation("portal");
  const { secret, kind, id } = usePlace();
  const api = useMemo(() => portal(secret), [secret]);
  const home = useQuery({ queryKey: ["portal", secret, "home"], queryFn: ({ signal }) => api.home(signal), retry: false, enabled: secret !== "" });
  useEffect(() => { document.title = home.data ? `${home.data.company} · ${t("title")}` : t("title"); }, [home.data, t]);
  // newer browsers answer a promise, which is no way to clean up
  useEffect(() => { window.scrollTo(0, 0); }, [kind, id]);
  return (
    <GuestFrame title={home.data?.company ?? t("title")} sub={home.data && t("for", { supplier: home.data.supplier })} otherLanguage={t("other_language")}
      back={kind === "home" ? undefined : { href: `#${secret}`, label: t("back") }} foot={home.data && t("expires", { on: day(home.data.expires_at.slice(0, 10)) })}>
      {secret === "" || home.error ? <Refused error={home.error} onAgain={() => void home.refetch()} />
        : !home.data ? <GridSkeleton />
        : kind === "inquiry" ? <InquiryView key={id} api={api} secret={secret} id={id} />
        : kind === "order" ? <OrderView key={id} api={api} secret={secret} id={id} />
        : <Overview home={home.data} secret={secret} />}
    </GuestFrame>
  );
}

function Refused({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useTranslation("portal");
  const { t: said } = useTranslation("records");
  if (isProblem(error) && error.status !== 401) return <ErrorState title={t("failed")} actions={<Button onClick={onAgain}>{t("again")}</Button>}>{problemText(error, said)}</ErrorState>;
  if (error && !isProblem(error)) return <ErrorState title={t("failed")} actions={<Button onClick={onAgain}>{t("again")}</Button>}>{problemText(error, said)}</ErrorState>;
  return <ErrorState title={t("invalid")}>{t("invalidWhy")}</ErrorState>;
}

function Overview({ home, secret }: { home: Home; secret: string }) {
  const { t } = useTranslation("portal");
  const toDo = home.inquiries.filter((one) => one.open && one.status !== "answered" && one.status !== "declined");
  const others = home.inquiries.filter((one) => !toDo.includes(one));
  if (home.inquiries.length + home.orders.length + home.deliveries.length === 0) return <EmptyState title={t("nothing")}>{t("nothingWhy")}</EmptyState>;
  return (
    <>
      {toDo.length > 0 && <Cards title={t("toAnswer")}>{toDo.map((one) => <InquiryCard key={one.id} one={one} secret={secret} />)}</Cards>}
      {home.orders.length > 0 && <Cards title={t("orders")}>{home.orders.map((one) => <OrderCard key={one.id} one={one} secret={secret} />)}</Cards>}
      {home.deliveries.length > 0 && <Cards title={t("scheduled")}>{home.deliveries.map((one) => <ScheduledCard key={one.id} one={one} />)}</Cards>}
      {others.length > 0 && <Cards title={t("inquiries")}>{others.map((one) => <InquiryCard key={one.id} one={one} secret={secret} />)}</Cards>}
    </>
  );
}

const Cards = ({ title, children }: { title: string; children: React.ReactNode }) => <section className="pt-cards"><h2>{title}</h2><ul>{children}</ul></section>;

function InquiryCard({ one, secret }: { one: InquiryHead; secret: string }) {
  const { t } = useTranslation("portal");
  const left = daysLeft(one.closes_at);
  return (
    <li>
      <a href={`#${secret}/inquiry/${one.id}`}>
        <span className="grow">
          <b>{one.title || one.number}</b>
          <span className="sub">{one.number}{one.round > 1 && ` · ${t("round", { number: one.round })}`}</span>
        </span>
        <span className="pt-when">
          {one.status === "answered" ? <Status kind="done">{t("status_answered")}</Status> : one.status === "declined" ? <Status kind="off">{t("status_declined")}</Status> : one.open ? <Status kind={left <= 1 ? "warn" : "open"}>{left <= 0 ? t("todayLast") : t("daysLeft", { count: left })}</Status> : <Status kind="off">{t("status_over")}</Status>}
          <span className="dim num">{t("until", { at: moment(one.closes_at) })}</span>
        </span>
        <ChevronRight size={18} aria-hidden />
      </a>
    </li>
  );
}

function OrderCard({ one, secret }: { one: OrderHead; secret: string }) {
  const { t } = useTranslation("portal");
  return (
    <li>
      <a href={`#${secret}/order/${one.id}`}>
        <span className="grow">
          <b>{one.number}</b>
          <span className="sub num">{formatMoney(one.total, one.currency)}</span>
        </span>
        <span className="pt-when">
          {one.proposed ? <Status kind="hold">{t("proposed")}</Status> : one.to_confirm ? <Status kind="warn">{t("toConfirm")}</Status> : <Status kind={one.status === "received" || one.status === "closed" ? "done" : "open"}>{t(`order_${one.status}`)}</Status>}
          <span className="dim num">{t("due", { on: day(one.due_on) })}</span>
        </span>
        <ChevronRight size={18} aria-hidden />
      </a>
    </li>
  );
}

function ScheduledCard({ one }: { one: Scheduled }) {
  const { t, i18n } = useTranslation("portal");
  return (
    <li>
      <p>
        <span className="grow">
          <b>{(i18n.language === "zh" && one.name_zh) || one.name}</b>
          <span className="sub">{one.code} · {t("agreement", { number: one.agreement })}</span>
        </span>
        <span className="pt-when">
          <b className="num">{formatQuantity(one.quantity)} {one.unit}</b>
          <span className="dim num">{t("due", { on: day(one.due_on) })}</span>
        </span>
      </p>
    </li>
  );
}
