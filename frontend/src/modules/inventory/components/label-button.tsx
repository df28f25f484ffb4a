/** Prints labels of a product or a lot: the PDF opens in a window of its own. */
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { lotLabels, productLabels } from "../api/lots";

export const LotLabel = ({ record }: { record: Row }) => <Label path={lotLabels(Number(record.id))} />;
export const ProductLabel = ({ record }: { record: Row }) => (record.kind === "goods" ? <Label path={productLabels(Number(record.id))} /> : null);

function Label({ path }: { path: string }) {
  const { t } = useTranslation("inventory");
  return <Button icon={<Printer size={16} />} onClick={() => window.open(path, "_blank", "noopener")}>{t("lots.label")}</Button>;
}
