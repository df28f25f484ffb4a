/** Quote → order → production → delivery → invoice → payment, from the documents that really exist. */
import { useTranslation } from "react-i18next";
import { EntityLink } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { Chain } from "@/ui/chain";
import { useLinked } from "../api/documents";
import { chainSteps } from "./chain-steps";

export function OrderChain({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  // `order=` is how a list is sorted: a document's own field of that name is asked for as `order__in`
  const documents = {
    production: useLinked("production.order", { demand_label__contains: String(record.number) }),
    delivery: useLinked("inventory.delivery", { order__in: record.id }),
    invoice: useLinked("finance.invoice", { sales_order: record.id }),
    quote: useLinked("crm.quote", { sales_order: record.id }),
  };
  const steps = chainSteps(record, documents, (key) => t(`chain.${key}`));
  const opens = new Map(steps.map((step) => [step.key as string, step.opens]));
  return (
    <Chain label={t("chain.label")} steps={steps} link={(step, content) => {
      const to = opens.get(step.key);
      return to ? <EntityLink entity={to.entity} id={to.row.id}>{content}</EntityLink> : content;
    }} />
  );
}
