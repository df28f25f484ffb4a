/** First tab of a production order: how far each operation is, what it costs and lacks, who it is for. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { useRows } from "./use-rows";
import { CostTable } from "./cost-table";
import { OperationSteps } from "./operation-steps";
import { useOverview } from "./use-overview";
import type { Alert, Material, Need } from "./api";
import "../components/production.css";
import "./order.css";

interface Besides { product: { id: number; label: string }; product_name: string; expected: string; received: string; received_value?: string }
interface Inspected { id: number; number: string; stage: string; status: string }

function MaterialLine({ row }: { row: Material }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const short = Number(row.missing) > 0;
  return (
    <li>
      <Joint fit={short ? 0 : Math.min(1, Number(row.issued) / Number(row.required || 1)) || 0.5} bad={short} quiet={Number(row.issued) >= Number(row.required)} />
      <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
      <span className="sub ell">{row.product.name}</span>
      <span className="grow" />
      {short && <span className={row.arrives_on ? "t-warn" : "t-bad"}>{t("lacks", { quantity: format.quantity(row.missing) })} {row.arrives_on ? t("comes", { day: format.day(row.arrives_on) }) : t("comesNot")}</span>}
      <span className="num">{format.quantity(row.issued)}<span className="dim">/{format.quantity(row.required)} {row.unit}</span></span>
    </li>
  );
}

function Needs({ needs }: { needs: Need[] }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  if (needs.length === 0) return <p className="dim po-none">{t("forStock")}</p>;
  return (
    <ul className="pr-lines">
      {needs.map((need, index) => (
        <li key={index}>
          {need.id === null ? <b className="medium">{need.label}</b> : <EntityLink entity={need.entity} id={need.id}><b className="medium">{need.label}</b></EntityLink>}
          <span className="sub ell">{need.customer}</span>
          <span className="grow" />
          {need.promised_on && <span className="dim">{t("promised", { day: format.day(need.promised_on) })}</span>}
          {need.quantity !== null && <span className="num">{format.quantity(need.quantity)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Alerts({ alerts }: { alerts: Alert[] }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  return alerts.map((alert) => (
    <p key={alert.id} className="po-alert">
      <Mark kind="late" />
      <EntityLink entity="production.cost_alert" id={alert.id}>{t(`alert.${alert.kind}`, { what: alert.what, actual: format.quantity(alert.actual), standard: format.quantity(alert.standard) })}</EntityLink>
    </p>
  ));
}

export function OrderOverview({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { currency } = useTenant();
  const { data } = useOverview(record);
  const inspections = useEntity("production.inspection");
  const { rows: besides } = useRows<Besides>("production.order_output", { order__in: record.id });
  const { rows: inspected } = useRows<Inspected>("production.inspection", { source_label: String(record.number) });
  if (!data) return <GridSkeleton />;
  return (
    <div className="po">
      <Alerts alerts={data.alerts} />
      {data.operations.length > 0 && <OperationSteps steps={data.operations} />}
      <div className="po-cols">
        {data.cost && <Box className="po-box wide" title={<>{t("cost.title")} <span className="dim">{currency}</span></>}><CostTable cost={data.cost} quantity={String(record.quantity)} /></Box>}
        <Box className="po-box" title={t("material")}>
          {data.material.length === 0 && <p className="dim po-none">{t("noMaterial")}</p>}
          <ul className="pr-lines">{data.material.map((row) => <MaterialLine key={row.product.id} row={row} />)}</ul>
        </Box>
        <div className="po-box po-stack">
          <Box title={t("madeFor")}><Needs needs={data.needs} /></Box>
          {besides.length > 0 && (
            <Box title={t("outputs")}>
              <ul className="pr-lines">
                {besides.map((row) => (
                  <li key={row.product.id}>
                    <Joint fit={Math.min(1, Number(row.received) / Number(row.expected || 1))} quiet={Number(row.received) >= Number(row.expected)} />
                    <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
                    <span className="sub ell">{row.product_name}</span>
                    <span className="grow" />
                    {row.received_value !== undefined && <span className="num dim">{format.amount(row.received_value)}</span>}
                    <span className="num">{format.quantity(row.received)}<span className="dim">/{format.quantity(row.expected)}</span></span>
                  </li>
                ))}
              </ul>
            </Box>
          )}
          {inspected.length > 0 && (
            <Box title={t("inspections")}>
              <ul className="pr-lines">
                {inspected.map((row) => {
                  const state = inspections?.states?.find((one) => one.value === row.status);
                  return <li key={row.id}><Mark kind={state?.kind ?? "open"} /><EntityLink entity="production.inspection" id={row.id}><b className="medium">{row.number}</b></EntityLink><span className="grow" /><span className="dim">{state?.label}</span></li>;
                })}
              </ul>
            </Box>
          )}
        </div>
      </div>
    </div>
  );
}
