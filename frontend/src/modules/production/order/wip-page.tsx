/** Work in process by operation at the end of any day; its sum is what the ledger says of that day. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { DayInput } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchInProcess } from "./api";
import "./order.css";

export function WipPage() {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { slug, today, currency } = useTenant();
  const [on, setOn] = useState(today);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.order", "wip", on), queryFn: ({ signal }) => fetchInProcess(on, signal), enabled: on !== "" });
  return (
    <div className="page">
      <PageHead title={t("wip.title")} actions={<span className="po-day"><span className="dim">{t("wip.day")}</span><DayInput aria-label={t("wip.day")} max={today} value={on} onChange={setOn} /></span>} />
      <div className="page-body po-scroll">
        {error ? <ErrorState title={t("wip.failed")}>{null}</ErrorState> : !data ? <GridSkeleton /> : data.results.length === 0 ? <EmptyState title={t("wip.none")}>{t("wip.noneWhy")}</EmptyState> : (
          <table className="po-table">
            <thead><tr><th scope="col">{t("wip.order")}</th><th scope="col">{t("wip.product")}</th><th scope="col">{t("wip.operation")}</th><th scope="col">{t("wip.place")}</th><th scope="col" className="num">{t("wip.pieces")}</th><th scope="col" className="num">{t("wip.value")} <span className="dim">{currency}</span></th></tr></thead>
            <tbody>
              {data.results.map((row, index) => (
                <tr key={index}>
                  <td><EntityLink entity="production.order" id={row.order.id}>{row.order.label}</EntityLink></td>
                  <td><b className="medium">{row.product.label}</b> <span className="sub">{row.product.name}</span></td>
                  <td>{row.operation ?? <span className="dim">{Number(row.quantity) > 0 ? t("wip.whole") : t("wip.waits")}</span>}</td>
                  <td className="dim">{row.place}</td>
                  <td className="num">{format.quantity(row.quantity)}</td>
                  <td className="num">{format.amount(row.value)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot><tr><th scope="row" colSpan={5}>{t("wip.total")}</th><td className="num"><b>{format.amount(data.value)}</b></td></tr></tfoot>
          </table>
        )}
      </div>
    </div>
  );
}
