/** What the bank is given of a payment run: as XML, or as a table where it knows no XML. */
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";

export function RunFile({ record }: { record: Row }) {
  const { t } = useTranslation("bank");
  if (record.status !== "approved" && record.status !== "paid") return null;
  const file = (layout: string) => `/api/v1/finance/payment-runs/${String(record.id)}/file/?layout=${layout}`;
  return (
    <>
      <a className="btn" download href={file("pain001")}>{t("run.pain001")}</a>
      <a className="btn" download href={file("csv")}>{t("run.csv")}</a>
    </>
  );
}
