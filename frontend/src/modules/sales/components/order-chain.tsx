/** Quote → order → production → delivery → invoice → payment, from the documents that really exist. */
import { useTranslation } from "react-i18next";
import { EntityLink } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { Chain, type ChainStep } from "@/ui/chain";
import { useLinked, type Linked } from "../api/documents";

const LIVE = (row: Row) => row.status !== "cancelled" && row.status !== "reversed";

function step(key: string, label: string, linked: Linked, done: (row: Row) => boolean): ChainStep | null {
  if (!linked.known) return null;
  const rows = linked.rows.filter(LIVE);
  const last = rows[0];
  return {
    key, label, count: rows.length,
    note: last ? String(last.number ?? "") : undefined,
    state: rows.length === 0 ? "todo" : rows.every(done) ? "done" : "now",
  };
}

export function OrderChain({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const production = useLinked("production.order", { demand_label__contains: String(record.number) });
  const deliveries = useLinked("inventory.delivery", { order: record.id });
  const invoices = useLinked("finance.invoice", { sales_order: record.id });
  const quotes = useLinked("crm.quote", { sales_order: record.id });
  const confirmed = record.status !== "draft" && record.status !== "cancelled";
  const paid = invoices.rows.filter(LIVE);
  const found: [ChainStep | null, Linked | null][] = [
    [quotes.rows.length > 0 ? step("quote", t("chain.quote"), quotes, () => true) : null, quotes],
    [{ key: "order", label: t("chain.order"), note: String(record.number), state: confirmed ? "done" : "now" }, null],
    [production.rows.length > 0 ? step("production", t("chain.production"), production, (row) => row.status === "done" || row.status === "closed") : null, production],
    [step("delivery", t("chain.delivery"), deliveries, (row) => row.status === "posted"), deliveries],
    [step("invoice", t("chain.invoice"), invoices, (row) => row.status !== "draft"), invoices],
    [invoices.known ? { key: "payment", label: t("chain.payment"), state: paid.length > 0 && paid.every((row) => row.status === "paid") ? "done" : paid.some((row) => row.status === "part_paid") ? "now" : "todo" } : null, null],
  ];
  const steps = found.filter((pair): pair is [ChainStep, Linked | null] => pair[0] !== null);
  const sources = new Map(steps.map(([own, linked]) => [own.key, linked]));
  return (
    <Chain label={t("chain.label")} steps={steps.map(([own]) => own)} link={(own, content) => {
      const first = sources.get(own.key)?.rows.filter(LIVE)[0];
      return first ? <EntityLink entity={sources.get(own.key)!.entity} id={first.id}>{content}</EntityLink> : content;
    }} />
  );
}
