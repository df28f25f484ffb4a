/** Where a line's quantity comes from: shipped, locked, missing. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { Cover } from "@/ui/cover";
import { coverOf } from "./cover-of";

export function LineCover({ line }: { line: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const { delivered, locked, short, covered, wanted } = coverOf(line);
  const words = t("cover.words", { locked: format.quantity(String(locked)), delivered: format.quantity(String(delivered)), short: format.quantity(String(short)) });
  return (
    <span className="so-cover" title={words}>
      <Cover label={words} parts={[{ kind: "make", share: delivered }, { kind: "lock", share: locked }, { kind: "short", share: short }]} />
      <span aria-hidden>{format.quantity(String(covered))}<span className="dim">/{format.quantity(String(wanted))}</span></span>
    </span>
  );
}
