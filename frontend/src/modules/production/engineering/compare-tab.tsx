/** Tab of a bill of materials: another version, or another product's bill, beside it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, RefSelect } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Field } from "@/ui/controls";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchComparison, type Difference } from "./api";
import "./engineering.css";

const TONE = { added: "done", removed: "off", changed: "warn", same: "open" } as const;

export function CompareTab({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("engineering");
  const { slug } = useTenant();
  const product = record.product as Ref;
  const own = { product__in: product.id, limit: 20 };
  const { data: versions } = useQuery({ queryKey: keyOf(slug, "production.bom", "list", own), queryFn: ({ signal }) => fetchPage(entity, own, signal) });
  const [picked, setPicked] = useState<Ref | null>();
  const other = versions?.results.find((row) => row.id !== record.id);
  const chosen = picked === undefined ? (other ? { id: other.id, label: product.label, code: String(other.revision) } : null) : picked;
  const { data } = useQuery({
    queryKey: keyOf(slug, "production.bom", "compare", [chosen?.id, record.id, record.version]),
    queryFn: ({ signal }) => fetchComparison(chosen!.id, record.id, signal),
    enabled: Boolean(chosen),
  });
  const rows = data?.results.filter((row) => row.change !== "same") ?? [];
  return (
    <div className="en-pane">
      <div className="en-pick">
        <Field label={t("compare.with")}>{(ids) => <RefSelect id={ids.id} entity="production.bom" value={chosen} onChange={setPicked} />}</Field>
      </div>
      {!chosen && <EmptyState inline title={t("compare.none")}>{t("compare.noneWhy")}</EmptyState>}
      {chosen && !data && <GridSkeleton />}
      {data && <p className="sub">{t("compare.from", { left: `${data.left.label} · ${data.left.revision}`, right: `${data.right.label} · ${data.right.revision}` })}</p>}
      {data && rows.length === 0 && <p className="dim">{t("compare.same")}</p>}
      <ul className="en-rows">{rows.map((row, index) => <Line key={index} row={row} />)}</ul>
    </div>
  );
}

function Line({ row }: { row: Difference }) {
  const { t } = useTranslation("engineering");
  const format = useFormat();
  const others = Object.entries(row.fields).filter(([name]) => name !== "quantity");
  return (
    <li>
      <Status kind={TONE[row.change]}>{t(`compare.${row.change}`)}</Status>
      {row.product ? <EntityLink entity="shared.product" id={row.product.id}><b className="medium">{row.product.label}</b></EntityLink> : <b className="medium">{t("compare.head")}</b>}
      <span className="sub ell">{row.product?.name}</span>
      {row.kind === "by_product" && <span className="dim xs">{t("compare.byProduct")}</span>}
      <span className="grow" />
      {others.map(([name, [left, right]]) => <span key={name} className="dim xs">{t(`field.${name}`)} <del>{left || "–"}</del> → {right || "–"}</span>)}
      {row.product && (
        <span className="num">
          {row.left !== null && (row.left === row.right ? format.quantity(row.left) : <del>{format.quantity(row.left)}</del>)}
          {row.left !== row.right && row.right !== null && <>{row.left !== null && " → "}{format.quantity(row.right)}</>}
        </span>
      )}
    </li>
  );
}
