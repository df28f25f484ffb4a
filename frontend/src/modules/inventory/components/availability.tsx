/** A product's stock and what is to come: figures, the curve, and what stands behind the picked day. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { SelectField } from "@/ui/controls";
import { Fact, Facts } from "@/ui/figures";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchAvailability, type Flow } from "../api/availability";
import { AvailabilityChart, promisable } from "./availability-chart";
import "./inventory.css";

function Flows({ flows, amount, late }: { flows: Flow[]; amount: (value: string) => string; late: (flow: Flow) => string }) {
  const { t } = useTranslation("inventory");
  return (
    <ul>
      {flows.map((flow, index) => (
        <li key={index}>
          <span className={`num ${Number(flow.quantity) < 0 ? "t-bad" : "t-good"}`}>{Number(flow.quantity) > 0 ? "+" : ""}{amount(flow.quantity)}</span>
          {flow.document ? <EntityLink entity={flow.document.entity} id={flow.document.id}>{flow.document.label}</EntityLink> : <span className="dim">{t("board.hidden")}</span>}
          {late(flow) && <span className="t-warn">{late(flow)}</span>}
        </li>
      ))}
    </ul>
  );
}

export function ProductAvailability({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [warehouse, setWarehouse] = useState<number | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const { data, error } = useQuery({
    queryKey: keyOf(slug, "inventory.stock", "availability", [record.id, warehouse]),
    queryFn: ({ signal }) => fetchAvailability(record.id, warehouse, signal),
    placeholderData: keepPreviousData,
    enabled: record.kind === "goods",
  });
  if (record.kind !== "goods") return <EmptyState title={t("avail.service")}>{t("avail.serviceWhy")}</EmptyState>;
  if (error && !data) return <ErrorState title={t("avail.failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton rows={4} />;
  const amount = (value: string) => `${format.quantity(value)} ${data.unit}`;
  const day = data.by_date.find((one) => one.on === picked) ?? data.by_date.find((one) => one.flows.length > 0) ?? data.by_date[0]!;
  const worst = data.by_date.find((one) => Number(one.projected) < 0);
  return (
    <section className="iv-avail">
      <Facts>
        <Fact label={t("avail.onHand")} value={amount(data.on_hand)} />
        <Fact label={t("avail.reserved")} value={amount(data.reserved)} />
        <Fact label={t("avail.free")} value={amount(data.available)} tone={Number(data.available) > 0 ? undefined : "warn"} />
        <Fact label={t("avail.incoming")} value={amount(data.incoming)} />
        <Fact label={t("avail.outgoing")} value={amount(data.outgoing)} note={worst ? t("avail.short", { day: format.day(worst.on) }) : undefined} noteTone="bad" />
      </Facts>
      {data.warehouses.length > 1 && (
        <div className="iv-site">
          <SelectField label={t("avail.warehouse")} value={String(warehouse ?? "")} onChange={(event) => setWarehouse(event.target.value ? Number(event.target.value) : null)}
            options={[{ value: "", label: t("avail.all") }, ...data.warehouses.map((one) => ({ value: String(one.warehouse.id), label: `${one.warehouse.label} · ${format.quantity(one.available)}` }))]} />
        </div>
      )}
      <p className="iv-legend"><span className="may">{t("avail.promise")}</span><span className="there">{t("avail.projected")}</span></p>
      <AvailabilityChart curve={data.by_date} unit={data.unit} picked={day.on} onPick={setPicked} />
      <div className="iv-day" aria-live="polite">
        <h3>{format.day(day.on)} <span className="sub">{t("avail.dayWords", { available: amount(String(promisable(day))), projected: amount(day.projected) })}</span></h3>
        {day.flows.length === 0 && <p className="dim">{t("avail.nothing")}</p>}
        <Flows flows={day.flows} amount={amount} late={(flow) => (flow.on < day.on ? t("avail.overdue", { day: format.day(flow.on) }) : "")} />
      </div>
      {data.unplaced.length > 0 && (
        <div className="iv-day">
          <h3>{t("avail.unplaced")} <span className="sub">{t("avail.unplacedWhy")}</span></h3>
          <Flows flows={data.unplaced} amount={amount} late={(flow) => format.day(flow.on)} />
        </div>
      )}
    </section>
  );
}
