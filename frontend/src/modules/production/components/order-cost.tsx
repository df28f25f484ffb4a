/** Panel of a production order: the material it takes and what it has cost so far. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Box, Bar } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import "./production.css";

const COST = ["material_cost", "labour_cost", "overhead_cost", "received_value", "variance"] as const;

interface Material {
  product: { id: number; label: string };
  product_name: string;
  required: string;
  issued: string;
}

export function OrderCost({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const { slug, currency } = useTenant();
  const components = useEntity("production.order_component");
  const query = { order__in: record.id, limit: 200 };
  const { data } = useQuery({
    queryKey: keyOf(slug, "production.order_component", "list", query),
    queryFn: ({ signal }) => fetchPage(components!, query, signal),
    enabled: components !== undefined && entity.key === "production.order",
  });
  if (entity.key !== "production.order") return null;
  const rows = (data?.results ?? []) as unknown as Material[];
  const visible = COST.filter((key) => record[key] !== undefined);
  return (
    <>
      <Box className="pr-panel" title={t("order.material")}>
        {data && rows.length === 0 && <p className="dim">{t("order.noMaterial")}</p>}
        <ul className="pr-lines">
          {rows.map((row) => (
            <li key={row.product.id}>
              <Joint fit={Math.min(1, Number(row.issued) / Number(row.required || 1))} quiet={Number(row.issued) >= Number(row.required)} />
              <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
              <span className="sub ell">{row.product_name}</span>
              <span className="grow" />
              <span className="num">{format.quantity(row.issued)}<span className="dim">/{format.quantity(row.required)}</span></span>
            </li>
          ))}
        </ul>
      </Box>
      {visible.length > 0 && (
        <Box className="pr-panel" title={<>{t("order.cost")} <span className="dim">{currency}</span></>}>
          <dl className="pr-cost">
            {visible.map((key) => (
              <div key={key}>
                <dt>{t(`order.${key}`)}</dt>
                <dd className="num">{format.amount(record[key] as string)}</dd>
              </div>
            ))}
          </dl>
          <Bar width="100%" percent={(Number(record.completed) / Number(record.quantity || 1)) * 100} label={t("order.done")} />
        </Box>
      )}
    </>
  );
}
