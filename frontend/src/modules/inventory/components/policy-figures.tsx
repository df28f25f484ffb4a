/** Below a row of the board: how its reorder point comes about, by hand and computed side by side; what is on its way; who has goods to spare. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Button } from "@/ui/button";
import type { Shortage } from "../api/replenishment";

interface PolicyFiguresProps {
  row: Shortage;
  mayMove: boolean;
  busy: boolean;
  onMove: (warehouse: number, quantity: string) => void;
}

export function PolicyFigures({ row, mayMove, busy, onMove }: PolicyFiguresProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const quantity = (value: string | null) => (value === null ? "–" : format.quantity(value));
  const rough = (value: string | null) => (value === null ? "–" : format.number(value, { places: 1 }));
  return (
    <div className="iv-offers">
      <section>
        <h3>{t("supply.point")}</h3>
        <dl className="sp-facts">
          <div><dt>{t("supply.byHand")}</dt><dd>{quantity(row.manual_point)}</dd></div>
          <div><dt>{t("supply.computed")}</dt><dd>{quantity(row.computed_point)}</dd></div>
          <div><dt>{t("supply.ofProduct")}</dt><dd>{quantity(row.product_point)}</dd></div>
          <div><dt>{t("supply.safety")}</dt><dd>{quantity(row.computed_safety)}</dd></div>
          <div><dt>{t("supply.demand")}</dt><dd>{rough(row.daily_demand)} ± {rough(row.daily_deviation)}</dd></div>
          <div><dt>{t("supply.lead")}</dt><dd>{rough(row.lead_days)} ± {rough(row.lead_deviation)} <small className="dim">{t("supply.receipts", { count: row.receipts })}</small></dd></div>
          <div><dt>{t("supply.service")}</dt><dd>{format.percent(row.service_level)}</dd></div>
        </dl>
        <EntityLink entity="inventory.replenishment_policy" id={row.id}>{t("supply.policy")}</EntityLink>
      </section>
      <section>
        <h3>{t("supply.sources")}</h3>
        <ul>
          {row.documents.map((one) => <li key={`${one.entity}-${one.id}`}><b><EntityLink entity={one.entity} id={one.id}>{one.label}</EntityLink></b></li>)}
          {row.transfers.map((one) => (
            <li key={one.warehouse.id}>
              <b className="ell">{one.warehouse.label}</b>
              <span className="sub">{t("supply.spare", { quantity: format.quantity(one.quantity), unit: row.unit })}</span>
              {mayMove && <Button size="small" busy={busy} onClick={() => onMove(one.warehouse.id, one.quantity)}>{t("supply.move")}</Button>}
            </li>
          ))}
        </ul>
        {row.documents.length + row.transfers.length === 0 && <p className="dim">{t("supply.nothingComes")}</p>}
      </section>
    </div>
  );
}
