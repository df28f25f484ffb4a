/** Tab of a cost roll-up: its figures, beside those of another day. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, RefSelect } from "@/platform/records";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Field } from "@/ui/controls";
import { GridSkeleton } from "@/ui/states/skeleton";
import { fetchCosts } from "./api";
import "./engineering.css";

export function CostsTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("engineering");
  const format = useFormat();
  const { slug, currency } = useTenant();
  const [other, setOther] = useState<Ref | null>(null);
  const against = other?.id ?? record.id;
  const { data } = useQuery({ queryKey: keyOf(slug, "production.cost_roll_up", "compare", [against, record.id]), queryFn: ({ signal }) => fetchCosts(against, record.id, signal) });
  if (!data) return <GridSkeleton />;
  const money = (value: string | null) => (value === null ? "–" : format.money(value, currency));
  return (
    <div className="en-pane">
      <div className="en-pick"><Field label={t("costs.with")}>{(ids) => <RefSelect id={ids.id} entity="production.cost_roll_up" value={other} onChange={setOther} />}</Field></div>
      <ul className="en-rows">
        {data.results.map((row) => (
          <li key={row.product.id}>
            <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink>
            <span className="sub ell">{row.product.name}</span>
            <span className="grow" />
            <span className="num">{other && row.left !== row.right && <><del>{money(row.left)}</del> → </>}<b>{money(row.right)}</b></span>
          </li>
        ))}
      </ul>
    </div>
  );
}
