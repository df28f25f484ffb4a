/** A statement of account as PDF, in the customer's language or the other. */
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";

export function StatementFile({ record }: { record: Row }) {
  const { t } = useTranslation("collections");
  const file = (language: string) => `/api/v1/finance/account-statements/${String(record.id)}/paper/?language=${language}`;
  return (
    <>
      <a className="btn" download href={file("en")}>{t("pdfEn")}</a>
      <a className="btn" download href={file("zh-hans")}>{t("pdfZh")}</a>
    </>
  );
}
