/** The carrier's own page of a shipment, where its service says how to get there. */
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";

export function TrackLink({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const pattern = String(record.tracking_link ?? "");
  const number = String(record.tracking_number ?? "");
  if (!pattern.startsWith("https://") || !number) return null;
  return <a className="btn" href={pattern.replace("{number}", encodeURIComponent(number))} target="_blank" rel="noopener noreferrer"><ExternalLink size={16} aria-hidden />{t("track")}</a>;
}
