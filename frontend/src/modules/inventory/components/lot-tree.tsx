/** A lot and what it was made of, or what was made of it: one branch under the other, each with its documents. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { LotNode, Paper, Tree } from "../api/lots";
import { Quality } from "./quality";

export function LotTree({ tree, roots, forward }: { tree: Tree; roots: LotNode[]; forward: boolean }) {
  return <ul className="iv-tree">{roots.map((node) => <Branch key={node.key} node={node} tree={tree} forward={forward} above={[]} />)}</ul>;
}

const CAME = new Set(["receipt", "opening", "custody"]);
const WENT = new Set(["delivery", "delivery_return", "receipt_return", "scrap"]);

interface BranchProps {
  node: LotNode;
  tree: Tree;
  forward: boolean;
  above: string[];
  by?: Paper;
}

function Branch({ node, tree, forward, above, by }: BranchProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const next = tree.steps.filter((step) => (forward ? step.of : step.into) === node.key);
  const shown = forward ? WENT : CAME;
  const links = tree.links.filter((link) => link.lot === node.key && shown.has(link.kind));
  const below = (key: string) => tree.nodes.find((other) => other.key === key);
  return (
    <li>
      <p>
        {by && <span className="sub">{t(forward ? "lots.into" : "lots.outOf", { document: by.label })}</span>}
        {node.id === null ? <b>{node.number}</b> : <EntityLink entity="inventory.lot" id={node.id}><b>{node.number}</b></EntityLink>}
        <span className="ell">{node.product.label}</span>
        {node.quality !== "released" && <Quality value={node.quality} />}
        {node.supplier_lot && <span className="dim">{t("lots.theirs", { lot: node.supplier_lot })}</span>}
      </p>
      {links.map((link, index) => (
        <p key={index} className="iv-link">
          <span className="sub">{t(`lots.kind_${link.kind}`)}</span>
          <span className="ell">{link.partner}</span>
          {link.document.id !== null && link.document.entity ? <EntityLink entity={link.document.entity} id={link.document.id}>{link.document.label}</EntityLink> : <span>{link.document.label}</span>}
          <span className="dim">{format.day(link.on)}</span>
          <span className="num">{format.quantity(link.quantity)} <span className="dim">{node.unit}</span></span>
        </p>
      ))}
      {next.length > 0 && (
        <ul>
          {next.map((step) => {
            const key = forward ? step.into : step.of;
            const child = below(key);
            return child && !above.includes(key) ? <Branch key={`${key}/${step.document.label}`} node={child} tree={tree} forward={forward} above={[...above, node.key]} by={step.document} /> : null;
          })}
        </ul>
      )}
    </li>
  );
}
