/** Panel of a subcontract order: our material at the supplier. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { subtract } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import "../components/production.css";

interface Line { id: number; product: { id: number; label: string }; product_name: string; required: string; sent: string; consumed: string; returned: string }

export function MaterialPanel({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("outside");
  const format = useFormat();
  const { slug } = useTenant();
  const material = useEntity("production.subcontract_material");
  const query = { subcontract__in: record.id, limit: 200 };
  const { data } = useQuery({ queryKey: keyOf(slug, "production.subcontract_material", "list", query), queryFn: ({ signal }) => fetchPage(material!, query, signal), enabled: material !== undefined });
  if (entity.key !== "production.subcontract" || !data) return null;
  const rows = data.results as unknown as Line[];
  return (
    <Box className="pr-panel" title={t("material")}>
      {rows.length === 0 && <p className="dim">{t("byPieces")}</p>}
      <ul className="pr-lines">
        {rows.map((row) => (
          <li key={row.id}>
            <Joint fit={Math.min(1, Number(row.consumed) / Number(row.required || 1))} quiet={Number(row.consumed) >= Number(row.required)} />
            <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
            <span className="grow" />
            <span className="num dim">{t("lies", { quantity: format.quantity(subtract(subtract(row.sent, row.consumed), row.returned)) })}</span>
            <span className="num">{format.quantity(row.consumed)}<span className="dim">/{format.quantity(row.required)}</span></span>
          </li>
        ))}
      </ul>
    </Box>
  );
}
