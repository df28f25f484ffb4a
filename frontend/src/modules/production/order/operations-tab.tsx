/** The operations of the order as a table: pieces, time against the standard, when they are planned. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { EntityMeta, Row } from "@/platform/records/types";
import { EmptyState } from "@/ui/states/states";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { useOverview } from "./use-overview";
import "./order.css";

const KIND = { waiting: "open", running: "prog", paused: "hold", done: "done" } as const;

export function OperationsTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { data } = useOverview(record);
  if (!data) return <GridSkeleton />;
  if (data.operations.length === 0) return <EmptyState inline title={t("operations.none")}>{t("operations.noneWhy")}</EmptyState>;
  return (
    <div className="po-scroll">
      <table className="po-table">
        <thead><tr><th scope="col" className="num">{t("operations.position")}</th><th scope="col">{t("operations.name")}</th><th scope="col">{t("operations.place")}</th><th scope="col">{t("operations.state")}</th><th scope="col" className="num">{t("operations.waiting")}</th><th scope="col" className="num">{t("operations.good")}</th><th scope="col" className="num">{t("operations.scrap")}</th><th scope="col" className="num">{t("operations.minutes")}</th><th scope="col" className="num">{t("operations.standard")}</th><th scope="col">{t("operations.planned")}</th></tr></thead>
        <tbody>
          {data.operations.map((step) => (
            <tr key={step.id}>
              <td className="num dim">{step.position}</td><td><b className="medium">{step.name}</b></td><td className="dim">{step.place}</td>
              <td><Status kind={KIND[step.status]} share={Number(step.good) / Number(step.quantity || 1)}>{t(`state.${step.status}`)}</Status></td>
              <td className="num">{format.quantity(step.waiting)}</td><td className="num">{format.quantity(step.good)}<span className="dim">/{format.quantity(step.quantity)}</span></td>
              <td className={`num ${Number(step.scrap) > 0 ? "t-bad" : "dim"}`}>{format.quantity(step.scrap)}</td>
              <td className={`num ${Number(step.standard) > 0 && Number(step.minutes) > Number(step.standard) * 1.1 ? "t-bad" : ""}`}>{format.quantity(step.minutes)}</td>
              <td className="num dim">{Number(step.standard) > 0 ? format.quantity(step.standard) : "–"}</td>
              <td className="dim">{step.planned_start ? `${format.moment(step.planned_start)} – ${format.moment(step.planned_end)}` : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
