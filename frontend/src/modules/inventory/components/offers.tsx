/** Below a row of the workbench: why this supplier, what it is for, and what every supplier would ask. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Button } from "@/ui/button";
import type { NeedRow, Offer } from "../api/purchase-needs";

interface OffersProps {
  row: NeedRow;
  chosen: Offer | undefined;
  currency: string;
  onChoose: (offer: Offer) => void;
}

export function Offers({ row, chosen, currency, onChoose }: OffersProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const figure = (offer: Offer) => format.money(offer.price, currency, 4);
  return (
    <div className="iv-offers">
      <section>
        <h3>{t("needs.for")}</h3>
        <ul>
          {row.needs.map((need, index) => (
            <li key={index}>
              <span className="num">{format.quantity(need.quantity)}</span>
              <span className="sub">{format.day(need.needed_on)}</span>
              {need.document ? <EntityLink entity={need.document.entity} id={need.document.id}>{need.document.label}</EntityLink> : <span className="dim">{t(`needs.kind_${need.kind}`)}</span>}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t("needs.offers")}</h3>
        <ul>
          {row.offers.map((offer) => {
            const taken = offer.id === chosen?.id && offer.currency === chosen.currency;
            return (
              <li key={`${offer.id}-${offer.currency}`} aria-current={taken || undefined}>
                <b className="ell">{offer.label}</b>
                <span className="num">{figure(offer)}</span>
                <span className="sub">{t("needs.terms", { quantity: format.quantity(offer.quantity), unit: row.unit, days: offer.lead_days })}</span>
                {Number(offer.rejected) > 0 && <span className="t-warn">{t("needs.rejected", { share: format.percent(String(Number(offer.rejected) * 100)) })}</span>}
                {taken ? <span className="dim">{t("needs.chosen")}</span> : <Button size="small" onClick={() => onChoose(offer)}>{t("needs.choose")}</Button>}
              </li>
            );
          })}
        </ul>
        {row.offers.length === 0 && <p className="dim">{t("needs.noOffer")}</p>}
        {row.reasons.length > 0 && <p className="sub iv-reasons">{row.reasons.join(t("needs.then"))}</p>}
      </section>
    </div>
  );
}
