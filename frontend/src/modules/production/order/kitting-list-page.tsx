/** The list to pick the material of some orders by: on paper or on a phone, in the order of the places. */
import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records";
import { useSearchText } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { PageHead } from "@/ui/page";
import { Paper } from "@/ui/print/print";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { fetchKit } from "./api";
import "./order.css";

export function KittingListPage() {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { slug, name } = useTenant();
  const search = useSearchText();
  const orders = (new URLSearchParams(search).get("orders") ?? "").split(",").map(Number).filter((id) => id > 0);
  const { data } = useQuery({ queryKey: keyOf(slug, "production.order", "kitting-list", orders.join()), queryFn: ({ signal }) => fetchKit(orders, signal) });
  if (!data) return <GridSkeleton />;
  return (
    <div className="page">
      <PageHead crumb={<AppLink to="/production/kitting">{t("kit.title")}</AppLink>} title={t("kit.list")} actions={<Button variant="primary" icon={<Printer size={15} />} onClick={() => window.print()}>{t("kit.print")}</Button>} />
      <div className="page-body po-paper">
        {data.results.length === 0 ? <EmptyState title={t("kit.nothing")}>{null}</EmptyState> : (
          <Paper title={t("kit.list")} number={data.orders.map((one) => one.label).join(t("kit.and"))} company={<><b>{name}</b><p>{format.day(format.today)}</p></>}
            parties={<ul>{data.orders.map((one) => <li key={one.id}>{one.label} <b>{one.product}</b> {one.name} × {format.quantity(one.quantity)}</li>)}</ul>} signatures={[t("kit.pickedBy"), t("kit.takenBy")]}>
            <table>
              <thead><tr><th>{t("kit.place")}</th><th>{t("kit.part")}</th><th className="num">{t("kit.pick")}</th><th>{t("kit.for")}</th><th>{t("kit.tick")}</th></tr></thead>
              <tbody>
                {data.results.map((line) => (
                  <tr key={line.product.id}>
                    <td>{line.places.map((place, index) => <div key={index}>{place.place}{place.lot && ` · ${place.lot}`} {line.places.length > 1 && <span className="dim">{format.quantity(place.quantity)}</span>}</div>)}
                      {Number(line.short) > 0 && <div className="t-bad">{t("kit.short", { quantity: format.quantity(line.short) })}</div>}</td>
                    <td><b>{line.product.label}</b><div className="dim">{line.product.name}</div></td>
                    <td className="num">{format.quantity(line.quantity)} {line.unit}</td>
                    <td>{line.orders.map((one) => `${one.label} ${format.quantity(one.quantity)}`).join(t("kit.and"))}</td>
                    <td><span className="po-tick" /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Paper>
        )}
      </div>
    </div>
  );
}
