/** Beside a customer: its card, who, how far, how much, and the next step. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import "./day.css";

export function CardPanel({ record }: { record: Row }) {
  const { t } = useTranslation("day");
  const format = useFormat();
  const { slug, today } = useTenant();
  const entity = useEntity("crm.customer_card");
  const mayAdd = useCan("crm.customer_card.create");
  const mayEdit = useCan("crm.customer_card.update");
  const wanted = entity !== undefined && record.is_customer === true;
  const { data } = useQuery({ queryKey: keyOf(slug, "crm.customer_card", "of", [record.id]), enabled: wanted, queryFn: ({ signal }) => fetchPage(entity!, { party: record.id, limit: 1 }, signal) });
  if (!entity || !wanted || !data) return null;
  const card = data.results[0];
  const choice = (field: string) => entity.fields.find((one) => one.key === field)?.choices?.find((one) => one.value === card?.[field])?.label ?? "";
  if (!card) {
    if (!mayAdd) return null;
    const plan = new URLSearchParams({ party: String(record.id), party_label: String(record.name) });
    return <Box className="so-panel" title={t("card")} extra={<AppLink className="btn small" to={`${entity.route}/new?${plan}`}>{t("cardNew")}</AppLink>}><p className="sub">{t("cardWhy")}</p></Box>;
  }
  const contact = card.contact as Ref | null;
  const next = card.next_on as string | null;
  return (
    <Box className="so-panel" title={t("card")} extra={<AppLink className="btn small" to={mayEdit ? `${entity.route}/${card.id}/edit` : `${entity.route}/${card.id}`}>{t(mayEdit ? "cardEdit" : "cardOpen")}</AppLink>}>
      <dl className="dy-card">
        <dt>{t("who")}</dt><dd>{contact ? contact.label : "–"} <span className="sub">{choice("reach")}</span></dd>
        <dt>{t("howFar")}</dt><dd>{choice("step")} <span className="sub">{choice("intent")}</span></dd>
        <dt>{t("howMuch")}</dt><dd>{card.amount ? format.money(String(card.amount)) : "–"} {card.expected_on ? <span className="sub">{format.day(String(card.expected_on))}</span> : null}</dd>
        <dt>{t("nextStep")}</dt>
        <dd>{next ? <><span className={next < today ? "t-bad" : undefined}>{format.near(next)}</span> <span className="sub">{String(card.next_step ?? "")}</span></> : <span className="t-bad">{t("noneNext")}</span>}</dd>
      </dl>
    </Box>
  );
}
