/** Prints what goes with the goods: the delivery note, and labels of its parcels. Each PDF opens in a window of its own. */
import { Printer, Tags } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { deliveryLabels, deliveryNote, parcelLabel } from "../api/lots";

const open = (path: string) => window.open(path, "_blank", "noopener");

export function DeliveryPapers({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const mayLabel = useCan("inventory.parcel.view");
  if (record.kind !== "delivery") return null;
  const packed = record.work === "packed" || record.status === "posted";
  return (
    <>
      <Button icon={<Printer size={16} />} onClick={() => open(deliveryNote(Number(record.id)))}>{t("papers.note")}</Button>
      {packed && mayLabel && <Button icon={<Tags size={16} />} onClick={() => open(deliveryLabels(Number(record.id)))}>{t("papers.labels")}</Button>}
    </>
  );
}

export function ParcelLabel({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  return <Button icon={<Printer size={16} />} onClick={() => open(parcelLabel(Number(record.id)))}>{t("papers.label")}</Button>;
}
