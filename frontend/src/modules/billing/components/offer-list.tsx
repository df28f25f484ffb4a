/** What can be subscribed to, with its price per seat; a bundle and its modules take turns. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Check } from "@/ui/controls";
import { Tag } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { priceOf, type Interval, type Offer } from "../api/subscription";

interface OfferListProps {
  offers: Offer[];
  picked: string[];
  /** Subscribed to now. */
  held: string[];
  currency: string;
  interval: Interval;
  onToggle: (key: string) => void;
}

const shown = 5;

export function OfferList({ offers, picked, held, currency, interval, onToggle }: OfferListProps) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  return (
    <ul className="offers" aria-label={t("modules")}>
      {offers.map((offer) => {
        const on = picked.includes(offer.key);
        return (
          <li key={offer.key} className={on ? "on" : undefined}>
            <label>
              <Check checked={on} onChange={() => onToggle(offer.key)} aria-label={offer.title} />
              <span className="mod-i"><Icon name={offer.icon} size={18} /></span>
              <span className="offer-n">
                <b>{offer.title}</b>
                {held.includes(offer.key) && <Tag>{t("held")}</Tag>}
                <span className="sub">{offer.description}</span>
                <span className="xs dim">{offer.features.slice(0, shown).map((feature) => feature.title).join(t("comma"))}{offer.features.length > shown ? " …" : ""}</span>
              </span>
              <span className="offer-p">
                <b className="num">{format.money(priceOf(offer, currency, interval), currency, 2)}</b>
                <span className="xs dim">{t(interval === "year" ? "per_seat_year" : "per_seat_month")}</span>
              </span>
            </label>
          </li>
        );
      })}
    </ul>
  );
}
