/** Quote → order, on the quote's own page: where it came from and what became of it. */
import { useTranslation } from "react-i18next";
import { EntityLink } from "@/platform/records";
import type { Ref, Row } from "@/platform/records/types";
import { Chain, type ChainStep } from "@/ui/chain";

export function QuoteChain({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const deal = record.opportunity as Ref | null;
  const order = record.sales_order as (Ref & { entity?: string }) | null;
  const steps: (ChainStep & { opens?: { entity: string; id: Ref["id"] } })[] = [
    ...(deal ? [{ key: "deal", label: t("chain.opportunity"), note: deal.label, state: "done" as const, opens: { entity: "crm.opportunity", id: deal.id } }] : []),
    { key: "quote", label: t("chain.quote"), note: String(record.number ?? ""), state: order ? "done" : "now" },
    { key: "order", label: t("chain.order"), note: order?.label, state: order ? "done" : "todo", opens: order ? { entity: "shared.sales_order", id: order.id } : undefined },
  ];
  const opens = new Map(steps.map((step) => [step.key, step.opens]));
  if (record.status === "rejected" || record.status === "replaced") return null;
  return (
    <Chain label={t("chain.ofQuote")} steps={steps} link={(step, content) => {
      const to = opens.get(step.key);
      return to ? <EntityLink entity={to.entity} id={to.id}>{content}</EntityLink> : content;
    }} />
  );
}
