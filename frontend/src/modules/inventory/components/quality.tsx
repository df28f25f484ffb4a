/** Quality of a lot: shape and word. */
import { useTranslation } from "react-i18next";
import { Status, type StatusKind } from "@/ui/status";

const KINDS: Record<string, StatusKind> = { released: "done", held: "hold", rejected: "late" };

export function Quality({ value }: { value: string }) {
  const { t } = useTranslation("inventory");
  return <Status kind={KINDS[value] ?? "off"}>{t(`lots.quality_${value}`)}</Status>;
}
