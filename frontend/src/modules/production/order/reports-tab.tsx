/** What was reported on the order, the newest first. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { EmptyState } from "@/ui/states/states";
import { GridSkeleton } from "@/ui/states/skeleton";
import { useRows } from "./use-rows";
import "./order.css";

interface Report { id: number; reported_on: string; posted_at: string; order_operation: Ref | null; worker: Ref | null; work_centre: Ref | null; good: string; scrap: string; rework: string; reason: Ref | null; minutes: string; note: string }

export function ReportsTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { rows, ready } = useRows<Report>("production.report", { order__in: record.id });
  if (!ready) return <GridSkeleton />;
  if (rows.length === 0) return <EmptyState inline title={t("reports.none")}>{t("reports.noneWhy")}</EmptyState>;
  const bad = (row: Report) => [Number(row.scrap) > 0 && t("scrap", { quantity: format.quantity(row.scrap) }), Number(row.rework) > 0 && t("rework", { quantity: format.quantity(row.rework) })].filter(Boolean).join(" ");
  return (
    <div className="po-scroll">
      <table className="po-table">
        <thead><tr><th scope="col">{t("reports.when")}</th><th scope="col">{t("reports.operation")}</th><th scope="col">{t("reports.who")}</th><th scope="col" className="num">{t("reports.good")}</th><th scope="col">{t("reports.bad")}</th><th scope="col" className="num">{t("reports.minutes")}</th><th scope="col">{t("reports.centre")}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{format.moment(row.posted_at)}</td><td>{row.order_operation?.label ?? "–"}</td><td>{row.worker?.label ?? "–"}</td>
              <td className="num">{format.quantity(row.good)}</td><td>{bad(row) ? <span className="t-bad">{bad(row)}</span> : ""} <span className="dim">{row.reason?.label ?? ""}</span></td>
              <td className="num">{format.quantity(row.minutes)}</td><td className="dim">{row.work_centre?.label ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
