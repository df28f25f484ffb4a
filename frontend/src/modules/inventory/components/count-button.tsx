/** From a count sheet to the page that is used at the shelf. */
import { ScanLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import type { Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { Button } from "@/ui/button";

export function CountButton({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const go = useGo();
  const thumb = usePhone() ? ({ size: "large", className: "wide" } as const) : {};
  if (record.status === "posted" || record.status === "cancelled") return null;
  return <Button {...thumb} variant={record.status === "open" ? "primary" : "default"} icon={<ScanLine size={16} />} onClick={() => go(`/inventory/count/${record.id}`)}>{t("count.start")}</Button>;
}
