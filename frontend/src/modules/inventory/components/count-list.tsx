/** All lines of a sheet, on the way through the places; touching one opens it. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Mark } from "@/ui/status";
import type { CountLine, LineState } from "../api/counting";

const marks: Record<LineState, string> = { open: "open", recount: "warn", approval: "late", ready: "done" };

interface CountListProps {
  lines: CountLine[];
  /** Line → quantity that waits to be sent. */
  sent: ReadonlyMap<number, string>;
  onOpen?: (line: CountLine) => void;
}

export function CountList({ lines, sent, onOpen }: CountListProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  return (
    <ul className="ct-list">
      {lines.map((line) => {
        const quantity = sent.get(line.id) ?? line.counted;
        const words = sent.has(line.id) ? t("count.unsent") : t(`count.state_${line.others ? "others" : line.state}`);
        return (
          <li key={line.id}>
            <button type="button" disabled={!onOpen || line.others} onClick={() => onOpen?.(line)}>
              <Mark kind={sent.has(line.id) ? "prog" : marks[line.state]} />
              <span className="ct-what"><b className="ell">{line.product.name}</b><span className="sub ell">{line.place.code} · {line.product.code}</span></span>
              <span className="ct-got num">{quantity === null ? "" : `${format.quantity(quantity)} ${line.unit}`}<small className="dim">{words}</small></span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
