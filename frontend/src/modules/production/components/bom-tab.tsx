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
import { fetchBomTree } from "../api/bom";
import { BomTree } from "./bom-tree";
import "./production.css";

export function BomTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const { slug } = useTenant();
  const boms = useEntity("production.bom");
  const { data } = useQuery({ queryKey: keyOf(slug, "production.bom", "tree", record.id), queryFn: ({ signal }) => fetchBomTree(record.id, signal) });
  const { data: uses } = useQuery({ queryKey: keyOf(slug, "production.bom", "uses", record.id), queryFn: ({ signal }) => fetchUses(record.id, signal) });
  if (!data) return <GridSkeleton />;
  return (
    <div className="pr-bom">
      <section>
        <h3>{t("bom.takes")}</h3>
        {data.tree.length === 0 && (
          <EmptyState inline title={t("bom.none")} actions={boms?.can.create && <AppLink className="btn" to={`${boms.route}/new?product=${record.id}`}>{t("bom.create")}</AppLink>}>{t("bom.noneWhy")}</EmptyState>
        )}
        {data.tree.length > 0 && <BomTree key={record.id} data={data} />}
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
