/** How much of a customer's credit is used and by what, what stops orders, and what was let through. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink } from "@/platform/records";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useEntity } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Mark } from "@/ui/status";
import { useCredit, type CreditStanding } from "../api/credit";
import "../pages/finance.css";

const WAITING = ["draft", "confirmed", "part_delivered", "closed"];

export function CustomerCredit({ record }: { record: Row }) {
  return record.is_customer ? <Panel party={{ id: Number(record.id), label: String(record.name) }} seen={record.version} /> : null;
}

export function OrderCredit({ record }: { record: Row }) {
  const party = record.customer as Ref | null;
  if (!party || !WAITING.includes(String(record.status))) return null;
  return <Panel party={party} order={record} seen={[record.id, record.version]} />;
}

function Panel({ party, order, seen }: { party: Ref; order?: Row; seen: unknown }) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const entity = useEntity("finance.credit_override");
  const mayAsk = useCan("finance.credit_override.create");
  const data = useCredit(party.id, seen);
  // an order says nothing of credit while nothing could stop it
  if (!data || (order && data.limit === null && data.group === null && data.overdue_accepted === null)) return null;
  const ask = new URLSearchParams({ customer: String(party.id), customer_label: party.label, ...(order ? { order: String(order.id), order_label: String(order.number) } : {}) });
  const late = data.overdue_accepted !== null && data.overdue_days > data.overdue_accepted;
  return (
    <Box className="so-panel fi-credit" title={<>{t("credit.title")} <span className="dim">{data.currency}</span></>}
      extra={mayAsk && entity && <AppLink className="btn small" to={`${entity.route}/new?${ask}`}>{t("credit.ask")}</AppLink>}>
      <Figures data={data} />
      {data.overdue_days > 0 && (
        <p className="fi-note"><Mark kind={late ? "late" : "warn"} /><span>{t(late ? "credit.overdueStops" : "credit.overdue", { days: data.overdue_days, accepted: data.overdue_accepted ?? 0 })}</span></p>
      )}
      {data.overrides.map((one) => (
        <p key={one.id} className="fi-note">
          <Mark kind="done" />
          <span>
            <EntityLink entity="finance.credit_override" id={one.id}>{t(one.order === null ? "credit.raised" : order && one.order === Number(order.id) ? "credit.thisOrder" : "credit.otherOrder", { amount: format.amount(one.amount), day: format.day(one.valid_until) })}</EntityLink>
            <span className="sub">{t("credit.letBy", { by: one.decided_by, reason: one.reason })}</span>
          </span>
        </p>
      ))}
    </Box>
  );
}

function Figures({ data }: { data: CreditStanding }) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const room = (value: string | null) => <td className={value !== null && value.startsWith("-") ? "t-bad" : undefined}>{value === null ? t("credit.none") : format.amount(value)}</td>;
  return (
    <table className="fi-standing">
      <tbody>
        <tr><th scope="row">{t("credit.receivable")}</th><td>{format.amount(data.receivable)}</td></tr>
        <tr><th scope="row">{t("credit.shipped")}</th><td>{format.amount(data.shipped)}</td></tr>
        <tr className={data.counts_orders ? undefined : "dim"}><th scope="row">{t(data.counts_orders ? "credit.orders" : "credit.ordersAside")}</th><td>{format.amount(data.orders)}</td></tr>
        <tr className="fi-sum"><th scope="row">{t("credit.exposure")}</th><td>{format.amount(data.exposure)}</td></tr>
        <tr><th scope="row">{t("credit.limit")}</th><td>{data.limit === null ? t("credit.none") : format.amount(data.limit)}</td></tr>
        {data.limit !== null && <tr><th scope="row">{t("credit.room")}</th>{room(data.room)}</tr>}
        {data.group && (
          <>
            <tr className="fi-sum"><th scope="row"><EntityLink entity="finance.credit_group" id={data.group.id}>{data.group.label}</EntityLink></th><td>{format.amount(data.group.exposure)}</td></tr>
            <tr><th scope="row">{t("credit.groupLimit")}</th><td>{data.group.limit === null ? t("credit.none") : format.amount(data.group.limit)}</td></tr>
            {data.group.limit !== null && <tr><th scope="row">{t("credit.room")}</th>{room(data.group.room)}</tr>}
          </>
        )}
      </tbody>
    </table>
  );
}
