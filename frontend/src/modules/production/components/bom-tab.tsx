/** Tab of a product: its bill of materials as a tree, and what it goes into. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, EntityLink } from "@/platform/records";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { fetchUses } from "../engineering/api";
import { type BomLine, fetchBomTree } from "../api/bom";
import "./production.css";

export function BomTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const { slug } = useTenant();
  const boms = useEntity("production.bom");
  const { data } = useQuery({ queryKey: keyOf(slug, "production.bom", "tree", record.id), queryFn: ({ signal }) => fetchBomTree(record.id, signal) });
  const { data: uses } = useQuery({ queryKey: keyOf(slug, "production.bom", "uses", record.id), queryFn: ({ signal }) => fetchUses(record.id, signal) });
  if (!data) return <GridSkeleton />;
  const takes = (line: BomLine) => {
    const fixed = Number(line.fixed) && t("bom.fixed", { quantity: format.quantity(line.fixed) });
    return [Number(line.quantity) ? format.quantity(line.quantity) : "", fixed].filter(Boolean).join(" + ");
  };
  return (
    <div className="pr-bom">
      <section>
        <h3>{t("bom.takes")}</h3>
        {data.tree.length === 0 && (
          <EmptyState inline title={t("bom.none")} actions={boms?.can.create && <AppLink className="btn" to={`${boms.route}/new?product=${record.id}`}>{t("bom.create")}</AppLink>}>{t("bom.noneWhy")}</EmptyState>
        )}
        <ul className="pr-tree">
          {data.tree.map((line, index) => (
            <li key={`${line.line_id}-${index}`} style={{ paddingInlineStart: 16 + (line.level - 1) * 22 }}>
              <EntityLink entity="shared.product" id={line.product.id}><b className="medium">{line.product.label}</b></EntityLink>
              <span className="sub ell">{line.product.name}</span>
              {line.followed_by && <span className="dim xs">{t("bom.followedBy", { product: line.followed_by })}</span>}
              <span className="grow" />
              {line.designators && <span className="dim xs ell" title={line.designators}>{line.designators}</span>}
              <span className="dim xs">{t(line.phantom ? "phantom" : line.source === "make" ? "made" : "bought")}</span>
              <span className="num">{takes(line)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t("bom.usedIn")}</h3>
        {uses?.results.length === 0 && <p className="dim pr-pad">{t("bom.unused")}</p>}
        <ul className="pr-tree">
          {uses?.results.map((use, index) => (
            <li key={index} style={{ paddingInlineStart: 16 + (use.level - 1) * 22 }}>
              <EntityLink entity="shared.product" id={use.product.id}><b className="medium">{use.product.label}</b></EntityLink>
              <span className="sub ell">{use.product.name}</span>
              <span className="grow" />
              <span className="num">{format.quantity(use.quantity)}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
