/** Tab of a nonconformance: from its lot to orders, people, machines and inspections, to material and receipts, and to
 * every customer who got some of it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";
import { fetchTrace, type Trace, type TraceLot } from "./api";
import "./quality.css";

const LOT: Record<string, StatusKind> = { held: "hold", rejected: "late", released: "done" };
const VERDICT: Record<string, StatusKind> = { open: "open", accepted: "done", rejected: "late", conceded: "warn" };

export function TraceTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("quality");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.nonconformance", "trace", [record.id, record.version]), queryFn: ({ signal }) => fetchTrace(record.id as number, signal) });
  if (error && !data) return <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  if (data.lots.length === 0) return <EmptyState inline title={t("trace.none")}>{t("trace.noneWhy")}</EmptyState>;
  return <div className="qu-page">{data.lots.map((lot) => <OfLot key={lot.lot.key} trace={lot} />)}</div>;
}

function Lot({ lot }: { lot: TraceLot }) {
  const { t } = useTranslation("quality");
  return (
    <>
      {lot.id === null ? <b>{lot.number}</b> : <EntityLink entity="inventory.lot" id={lot.id}><b>{lot.number}</b></EntityLink>}
      <span className="ell grow">{lot.product.label}</span>
      {lot.supplier_lot && <span className="dim">{t("trace.theirs", { lot: lot.supplier_lot })}</span>}
      <Status kind={LOT[lot.quality] ?? "off"}>{t(`trace.quality_${lot.quality}`)}</Status>
    </>
  );
}

function OfLot({ trace }: { trace: Trace }) {
  const { t } = useTranslation("quality");
  const format = useFormat();
  const material = trace.up.nodes.filter((node) => node.key !== trace.lot.key);
  const came = (key: string) => trace.up.links.filter((link) => link.lot === key && link.inward && link.document.entity === "inventory.receipt").map((link) => (
    <span key={link.document.label}>{link.document.id === null ? link.document.label : <EntityLink entity={link.document.entity} id={link.document.id}>{link.document.label}</EntityLink>} <span className="dim">{link.partner} · {format.day(link.on)}</span></span>
  ));
  const inspected = (number: string) => trace.inspections.filter((one) => one.lots.includes(number));
  const verdicts = (number: string) => inspected(number).map((one) => (
    <span key={one.id}><EntityLink entity="production.inspection" id={one.id}>{one.number}</EntityLink> <Status kind={VERDICT[one.status] ?? "off"}>{t("trace.bad", { bad: one.bad, size: one.sample_size })}</Status></span>
  ));
  return (
    <>
      <Box title={t("trace.lot")}><ul className="qu-rows"><li><Lot lot={trace.lot} />{verdicts(trace.lot.number)}{came(trace.lot.key)}</li></ul></Box>
      <Box title={t("trace.orders")}>
        {trace.orders.length === 0 && <p className="qu-none dim">{t("trace.bought")}</p>}
        <ul className="qu-rows">
          {trace.orders.map((order) => (
            <li key={order.id} className="qu-order">
              <p><EntityLink entity="production.order" id={order.id}><b>{order.number}</b></EntityLink> <span>{order.product.label}</span> <span className="dim">{t("trace.made", { good: format.quantity(order.completed), scrap: format.quantity(order.scrapped) })}</span></p>
              {order.reports.map((report) => (
                <p key={report.id} className="qu-report">
                  <span className="dim">{format.day(report.on)}</span>
                  <b>{report.operation || t("figures.whole")}</b>
                  <span>{report.machine && report.machine > 1 ? t("trace.machine", { centre: report.work_centre, machine: report.machine }) : report.work_centre}</span>
                  <span>{report.worker}</span>
                  <span className="num">{t("trace.made", { good: format.quantity(report.good), scrap: format.quantity(report.scrap) })}</span>
                  {report.reason && <span className="t-bad">{report.reason}</span>}
                </p>
              ))}
            </li>
          ))}
        </ul>
      </Box>
      <Box title={<>{t("trace.material")} <span className="dim">{material.length}</span></>}>
        {material.length === 0 && <p className="qu-none dim">{t("trace.noMaterial")}</p>}
        <ul className="qu-rows">
          {material.map((node) => (
            <li key={node.key}>
              <Lot lot={node} />
              {verdicts(node.number)}
              {came(node.key)}
            </li>
          ))}
        </ul>
      </Box>
      <Box title={<>{t("trace.customers")} <span className="dim">{new Set(trace.customers.map((row) => row.customer.id)).size}</span></>} extra={trace.lot.id !== null && <span className="sub">{t("trace.recall")}</span>}>
        {trace.customers.length === 0 && <p className="qu-none dim">{t("trace.nobody")}</p>}
        <ul className="qu-rows">
          {trace.customers.map((row) => (
            <li key={`${row.customer.id}/${row.lot.key}`}>
              <span className="ell grow"><EntityLink entity="shared.party" id={row.customer.id}>{row.customer.label}</EntityLink></span>
              <span className="sub">{row.lot.number}</span>
              {row.documents.map((one) => <EntityLink key={one.id} entity="inventory.delivery" id={one.id}>{one.label}</EntityLink>)}
              <span className="num">{format.quantity(row.shipped)} <span className="dim">{row.lot.unit}</span></span>
            </li>
          ))}
          {trace.places.map((row) => (
            <li key={`${row.place.id}/${row.lot.key}`}><span className="ell grow dim">{t("trace.here", { place: row.place.label })}</span><span className="sub">{row.lot.number}</span><span className="num">{format.quantity(row.on_hand)} <span className="dim">{row.lot.unit}</span></span></li>
          ))}
        </ul>
      </Box>
    </>
  );
}
