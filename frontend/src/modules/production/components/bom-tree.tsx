/** The tree of a bill with what each component adds to the cost, folded and opened. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { BomLine, BomTree as Tree } from "../api/bom";
import { branches, unfolded } from "./tree-folds";

/** From this many lines on a tree opens with its first level only. */
const MANY = 150;
const PARTS = ["material", "labour", "machine", "overhead", "outside"] as const;

/** Four decimals of what is counted in ones, four digits of what is less: scrap and yield leave endless fractions. */
const short = (quantity: string) => {
  const exact = Number(quantity);
  return String(Number(Math.abs(exact) < 1 ? exact.toPrecision(4) : exact.toFixed(4)));
};

export function BomTree({ data }: { data: Tree }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const all = useMemo(() => branches(data.tree), [data.tree]);
  const parents = useMemo(() => all.filter((branch) => branch.parent).map((branch) => branch.key), [all]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => new Set(all.length > MANY ? parents : []));
  const toggle = (key: string) => setFolded((before) => { const next = new Set(before); if (!next.delete(key)) next.add(key); return next; });
  const takes = (line: BomLine) => {
    const fixed = Number(line.fixed) && t("bom.fixed", { quantity: format.quantity(line.fixed) });
    return [Number(line.quantity) ? format.quantity(short(line.quantity)) : "", fixed].filter(Boolean).join(" + ");
  };
  const holds = (line: BomLine) =>
    line.valid_from && line.valid_until ? t("bom.fromUntil", { from: format.day(line.valid_from), until: format.day(line.valid_until) })
      : line.valid_from ? t("bom.from", { day: format.day(line.valid_from) })
        : line.valid_until ? t("bom.until", { day: format.day(line.valid_until) }) : "";
  return (
    <>
      {data.cost && (
        <p className="pr-built">
          <span>{t("bom.costOf", { unit: data.product.unit })} <b className="num">{format.money(data.cost.total)}</b></span>
          {PARTS.filter((part) => Number(data.cost![part])).map((part) => <span key={part} className="dim xs">{t(`bom.part_${part}`)} {format.money(data.cost![part])}</span>)}
        </p>
      )}
      <ul className="pr-tree pr-costed">
        <li className="pr-heads dim xs">
          {parents.length > 0 && <button type="button" className="link xs" onClick={() => setFolded(new Set(folded.size ? [] : parents))}>{t(folded.size ? "bom.openAll" : "bom.foldAll")}</button>}
          <span className="grow" />
          <span className="num">{t("bom.quantity")}</span>
          {data.cost && <span className="num pr-cost-each">{t("bom.unitCost")}</span>}
          {data.cost && <span className="num pr-cost-in">{t("bom.costIn")}</span>}
        </li>
        {unfolded(all, folded).map(({ line, key, parent }) => (
          <li key={key} style={{ paddingInlineStart: 10 + (line.level - 1) * 18 }}>
            {parent ? (
              <button type="button" className="pr-fold" aria-expanded={!folded.has(key)} aria-label={t("bom.below", { product: line.product.label })} onClick={() => toggle(key)}>
                {folded.has(key) ? <ChevronRight size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
              </button>
            ) : <span className="pr-fold" />}
            <EntityLink entity="shared.product" id={line.product.id}><b className="medium">{line.product.label}</b></EntityLink>
            <span className="sub ell">{line.product.name}</span>
            {line.followed_by && <span className="dim xs">{t("bom.followedBy", { product: line.followed_by })}</span>}
            {holds(line) && <span className="dim xs ell pr-wide" title={holds(line)}>{holds(line)}</span>}
            <span className="grow" />
            {line.designators && <span className="dim xs ell pr-wide" title={line.designators}>{line.designators}</span>}
            {Number(line.scrap) > 0 && <span className="dim xs pr-wide pr-note">{t("bom.scrap", { percent: format.quantity(line.scrap) })}</span>}
            <span className="dim xs pr-wide pr-note">{t(line.phantom ? "phantom" : line.source === "make" ? "made" : "bought")}</span>
            <span className="num" title={format.quantity(line.quantity)}>{takes(line)} <span className="dim xs">{line.unit}</span></span>
            {data.cost && <span className="num pr-cost-each sub">{format.money(line.unit_cost)}</span>}
            {data.cost && <span className="num pr-cost-in">{format.money(line.cost)}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
