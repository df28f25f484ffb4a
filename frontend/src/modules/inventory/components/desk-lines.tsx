/** What stands below an opened row of a desk: its lines, and how much of each is ready. */
import { compare } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { DeskLine } from "../api/desks";

type Line = DeskLine & { ready?: string };

export function useProductName(): (product: DeskLine["product"]) => string {
  const { language } = useFormat();
  return (product) => (language === "zh" && product.name_zh) || product.name;
}

/** "Chain, +3": the first product and how many more. */
export function LinesInShort({ lines }: { lines: readonly Line[] }) {
  const nameOf = useProductName();
  const [first] = lines;
  if (!first) return null;
  return <span className="ell">{first.product.label} <span className="sub">{nameOf(first.product)}</span>{lines.length > 1 && <span className="dim num"> +{lines.length - 1}</span>}</span>;
}

export function DeskLines({ lines }: { lines: readonly Line[] }) {
  const format = useFormat();
  const nameOf = useProductName();
  return (
    <ul className="dk-lines">
      {lines.map((line) => (
        <li key={line.id}>
          <EntityLink entity="shared.product" id={line.product.id}>{line.product.label}</EntityLink>
          <span className="sub ell">{nameOf(line.product)}</span>
          <span className="num">
            {line.ready !== undefined && <span className={compare(line.ready, line.quantity) < 0 ? "t-warn" : "dim"}>{format.quantity(line.ready)} / </span>}
            {format.quantity(line.quantity)} <span className="dim">{line.unit}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
