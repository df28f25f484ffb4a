/** Prints the certificate of goods that were taken, in the reader's language; the PDF opens in a window of its own. */
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { Button } from "@/ui/button";

export function CertificateButton({ record }: { record: Row }) {
  const { t, i18n } = useTranslation("quality");
  if (record.status !== "accepted" && record.status !== "conceded") return null;
  const path = `/api/v1/production/inspections/${record.id}/certificate.pdf?language=${i18n.language.startsWith("zh") ? "zh-hans" : "en"}`;
  return <Button icon={<Printer size={16} />} onClick={() => window.open(path, "_blank", "noopener")}>{t("certificate.print")}</Button>;
}

/** Of all lots that a delivery takes, in its customer's language. */
export function DeliveryCertificates({ record }: { record: Row }) {
  const { t } = useTranslation("quality");
  if (record.kind !== "delivery") return null;
  return <Button icon={<Printer size={16} />} onClick={() => window.open(`/api/v1/production/deliveries/${record.id}/certificates.pdf`, "_blank", "noopener")}>{t("certificate.all")}</Button>;
}
