/** Panel of a production order: the material it takes and what it has cost so far. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { add, subtract } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Box, Bar } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import "./production.css";

const COST = ["material_cost", "labour_cost", "overhead_cost", "outside_cost", "received_value", "unbuilt_value", "variance"] as const;

interface Material {
  product: { id: number; label: string };
  product_name: string;
  required: string;
  issued: string;
}

interface Besides {
  product: { id: number; label: string };
  product_name: string;
  expected: string;
  received: string;
  received_value?: string;
}

/** What has gone in and come back, less what came out: exact, as the server counts. */
function inProcess(record: Row): string {
  const of = (key: string) => String(record[key] ?? "0");
  const gone = add(add(of("material_cost"), of("labour_cost")), add(add(of("overhead_cost"), of("outside_cost")), of("unbuilt_value")));
  return subtract(subtract(gone, of("received_value")), of("variance"));
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
  const outputs = useEntity("production.order_output");
  const { data: made } = useQuery({
    queryKey: keyOf(slug, "production.order_output", "list", query),
    queryFn: ({ signal }) => fetchPage(outputs!, query, signal),
    enabled: outputs !== undefined && entity.key === "production.order",
  });
  if (entity.key !== "production.order") return null;
  const besides = (made?.results ?? []) as unknown as Besides[];
  const rows = (data?.results ?? []) as unknown as Material[];
  const visible = COST.filter((key) => record[key] !== undefined && ((key !== "unbuilt_value" && key !== "outside_cost") || Number(record[key]) !== 0));
  const inside = record.material_cost === undefined ? null : inProcess(record);
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
      {besides.length > 0 && (
        <Box className="pr-panel" title={t("order.outputs")}>
          <ul className="pr-lines">
            {besides.map((row) => (
              <li key={row.product.id}>
                <Joint fit={Math.min(1, Number(row.received) / Number(row.expected || 1))} quiet={Number(row.received) >= Number(row.expected)} />
                <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
                <span className="sub ell">{row.product_name}</span>
                <span className="grow" />
                {row.received_value !== undefined && <span className="num dim">{format.amount(row.received_value)}</span>}
                <span className="num">{format.quantity(row.received)}<span className="dim">/{format.quantity(row.expected)}</span></span>
              </li>
            ))}
          </ul>
        </Box>
      )}
      {visible.length > 0 && (
        <Box className="pr-panel" title={<>{t("order.cost")} <span className="dim">{currency}</span></>}>
          <dl className="pr-cost">
            {visible.map((key) => (
              <div key={key}>
                <dt>{t(`order.${key}`)}</dt>
                <dd className="num">{format.amount(record[key] as string)}</dd>
              </div>
            ))}
            {inside !== null && <div><dt>{t("order.inProcess")}</dt><dd className="num"><b>{format.amount(inside)}</b></dd></div>}
          </dl>
          <Bar width="100%" percent={(Number(record.completed) / Number(record.quantity || 1)) * 100} label={t("order.done")} />
        </Box>
      )}
    </>
  );
}
