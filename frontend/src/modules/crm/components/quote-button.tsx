/** From an opportunity or a customer to a quote for it, with one press. */
import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useEntity } from "@/platform/session/session";

export function QuoteButton({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("crm");
  const quotes = useEntity("crm.quote");
  const phone = usePhone();
  const deal = entity.key === "crm.opportunity";
  const party = deal ? (record.party as Ref | null) : record.is_customer ? { id: record.id, label: String(record.name ?? "") } : null;
  if (!quotes?.can.create || !party || (deal && record.state !== "open")) return null;
  const query = new URLSearchParams({ party: String(party.id), party_label: party.label, ...(deal && { opportunity: String(record.id), opportunity_label: String(record.name || record.number) }) });
  return <AppLink className={`btn${phone ? " large wide" : ""}`} to={`${quotes.route}/new?${query}`}>{t("quote")}</AppLink>;
}
