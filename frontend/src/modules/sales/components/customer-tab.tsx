/** The customer at a glance: a year's sales, what is to come, who works there, and all that happened. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan, useEntity } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Box, Fact, Facts, Who } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { Status } from "@/ui/status";
import { useCustomer, type Happening } from "../api/customer";
import "./customer.css";

const STEP = 20;
const MOST = 200;

function Entry({ entry, late }: { entry: Happening; late?: boolean }) {
  const format = useFormat();
  const noun = useEntity(entry.entity)?.label;
  return (
    <li className="cu-entry">
      <time className={late ? "t-bad" : "dim"} dateTime={entry.day ?? undefined}>{entry.day ? format.day(entry.day) : "–"}</time>
      <Icon name={entry.icon} size={15} />
      <p>
        <EntityLink entity={entry.entity} id={entry.id}>{entry.label}</EntityLink>
        <span className="sub">{[entry.kind || noun, entry.detail].filter(Boolean).join(" · ")}</span>
      </p>
      {entry.amount !== null && <span className="cu-amount">{format.money(entry.amount, entry.currency)}</span>}
      {entry.state && <Status kind={entry.state_kind} share={entry.progress === null ? undefined : Number(entry.progress)}>{entry.progress === null ? entry.state : `${entry.state} ${Math.round(Number(entry.progress) * 100)}%`}</Status>}
    </li>
  );
}

export function CustomerTab({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const [limit, setLimit] = useState(STEP);
  const activity = useEntity("crm.activity");
  const mayPlan = useCan("crm.activity.create");
  const { data, error, isFetching } = useCustomer(record.id, limit);
  if (error && !data) return <p className="cu-none t-bad" role="alert">{problemText(error, said)}</p>;
  if (!data) return <div className="cu-wait" aria-busy="true" />;
  const plan = new URLSearchParams({ party: String(record.id), party_label: String(record.name) });
  return (
    <div className="cu">
      {data.sales && record.is_customer === true && (
        <Facts>
          {data.sales.net !== null && <Fact label={t("customer.net")} value={format.money(data.sales.net, data.currency)} note={t("customer.year")} />}
          <Fact label={t("customer.orders")} value={data.sales.orders} note={t("customer.year")} />
          <Fact label={t("customer.open")} value={data.sales.open_orders} />
          <Fact label={t("customer.last")} value={data.sales.last_order_on ? format.day(data.sales.last_order_on) : "–"} />
        </Facts>
      )}
      <div className="cu-two">
        <Box title={t("customer.coming")} extra={activity && mayPlan && <AppLink className="btn small" to={`${activity.route}/new?${plan}`}>{t("customer.plan")}</AppLink>}>
          {data.coming.length === 0 ? <p className="cu-none">{t("customer.nothingComing")}</p>
            : <ol className="cu-list">{data.coming.map((entry) => <Entry key={`${entry.entity} ${entry.id}`} entry={entry} late={entry.day !== null && entry.day < data.today} />)}</ol>}
        </Box>
        <Box title={t("customer.people")}>
          {data.people.length === 0 ? <p className="cu-none">{t("customer.nobody")}</p> : (
            <ul className="cu-list">{data.people.map((one) => (
              <li key={`${one.id} ${one.role}`} className="cu-person">
                <Who name={one.name} />
                <p>
                  <EntityLink entity="shared.contact" id={one.id}>{one.name || String(one.id)}</EntityLink>
                  {one.role && <span className="sub">{one.role}</span>}
                </p>
                <p className="cu-reach">
                  {one.phone && <a href={`tel:${one.phone}`}>{one.phone}</a>}
                  {one.email && <a href={`mailto:${one.email}`}>{one.email}</a>}
                </p>
              </li>
            ))}</ul>
          )}
        </Box>
      </div>
      <Box title={t("customer.history")}>
        {data.happened.length === 0 ? <p className="cu-none">{t("customer.nothingYet")}</p>
          : <ol className="cu-list">{data.happened.map((entry) => <Entry key={`${entry.entity} ${entry.id}`} entry={entry} />)}</ol>}
        {data.more && limit < MOST && <Button busy={isFetching} onClick={() => setLimit(Math.min(limit * 3, MOST))}>{t("customer.more")}</Button>}
      </Box>
    </div>
  );
}
