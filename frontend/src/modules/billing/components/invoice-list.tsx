/** Invoices with their page and PDF, newest first. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Status } from "@/ui/status";
import { invoicesQuery } from "../api/queries";
import type { Invoice } from "../api/subscription";

const kinds: Record<Invoice["status"], string> = { open: "warn", paid: "done", void: "off", uncollectible: "late" };

export function InvoiceList() {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery(invoicesQuery(slug));
  if (!data?.length) return null;
  return (
    <Box title={t("invoices")} className="bills">
      <table className="bill">
        <thead>
          <tr><th>{t("number")}</th><th>{t("date")}</th><th>{t("state")}</th><th className="num">{t("amount")}</th><th><span className="sr-only">{t("documents")}</span></th></tr>
        </thead>
        <tbody>
          {data.map((invoice) => (
            <tr key={invoice.id}>
              <td>{invoice.number}</td>
              <td className="num">{format.day(invoice.date.slice(0, 10))}</td>
              <td><Status kind={kinds[invoice.status]}>{t(`invoice_${invoice.status}`)}</Status></td>
              <td className="num">{format.money(invoice.total, invoice.currency, 2)}</td>
              <td className="acts">
                {invoice.page && <a className="link" href={invoice.page} target="_blank" rel="noreferrer">{t(invoice.status === "open" ? "pay_it" : "show")}</a>}
                {invoice.pdf && <a className="link" href={invoice.pdf}>{t("pdf")}</a>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}
