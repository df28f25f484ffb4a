/** The quote as the customer gets it on paper. */
import { FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { paperOf } from "./api";

export function QuotePaper({ record }: { record: Row }) {
  const { t } = useTranslation("quote");
  const phone = usePhone();
  return <a className={`btn${phone ? " large wide" : ""}`} href={paperOf(record.id)} target="_blank" rel="noopener noreferrer"><FileText size={16} aria-hidden />{t("paper")}</a>;
}
