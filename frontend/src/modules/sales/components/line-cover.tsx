/** Where a line's quantity comes from. Figures are proportions of a drawing; amounts stay decimal strings. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { Cover } from "@/ui/cover";

const amount = (line: Row, key: string) => Number(line[key] ?? 0);

export const openOf = (line: Row): number => Math.max(0, amount(line, "base_quantity") - amount(line, "cancelled") - amount(line, "delivered"));
export const shortOf = (line: Row): number => Math.max(0, openOf(line) - amount(line, "reserved"));

export function LineCover({ line }: { line: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const locked = amount(line, "reserved");
  const delivered = amount(line, "delivered");
  const words = t("cover.words", { locked: format.quantity(String(locked)), delivered: format.quantity(String(delivered)), short: format.quantity(String(shortOf(line))) });
  return (
    <span className="so-cover" title={words}>
      <Cover label={words} parts={[{ kind: "make", share: delivered }, { kind: "lock", share: locked }, { kind: "short", share: shortOf(line) }]} />
    </span>
  );
}
