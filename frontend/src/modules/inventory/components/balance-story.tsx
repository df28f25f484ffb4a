/** Where a balance comes from: what moved in and out of the place, and the layers that its value stands in. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { GridSkeleton } from "@/ui/states/skeleton";

/** So many of the latest are shown; the rest is a list away. */
const LATEST = 30;
const ref = (value: unknown) => value as Ref;

function useList(entity: EntityMeta | undefined, key: string, query: Record<string, string | number | boolean>) {
  const { slug } = useTenant();
  return { queryKey: keyOf(slug, key, "list", query), queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined };
}

function choiceOf(entity: EntityMeta | undefined, field: string, value: unknown): string {
  return entity?.fields.find((one) => one.key === field)?.choices?.find((one) => one.value === value)?.label ?? String(value);
}

export function BalanceStory({ balance }: { balance: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const moves = useEntity("inventory.stock_move");
  const layers = useEntity("inventory.stock_layer");
  const of = { product__in: ref(balance.product).id, ...(balance.lot ? { lot__in: String(balance.lot) } : {}) };
  const place = ref(balance.location).id;
  const latest = { ...of, order: "-moved_at,-id", limit: LATEST };
  const [into, out] = useQueries({ queries: [useList(moves, "inventory.stock_move", { ...latest, to_location__in: place }), useList(moves, "inventory.stock_move", { ...latest, from_location__in: place })] });
  const open = useQuery(useList(layers, "inventory.stock_layer", { ...of, remaining__gt: "0", order: "received_at,id", limit: LATEST }));
  const unit = ref(balance.unit).label;
  const error = into.error ?? out.error ?? open.error;
  if (error) return <p className="iv-none t-bad">{problemText(error, said)}</p>;
  if (!into.data || !out.data) return <GridSkeleton rows={4} />;
  const all = [...into.data.results.map((row) => ({ row, sign: "+" })), ...out.data.results.map((row) => ({ row, sign: "−" }))]
    .sort((one, other) => String(other.row.moved_at).localeCompare(String(one.row.moved_at)) || Number(other.row.id) - Number(one.row.id)).slice(0, LATEST);
  return (
    <>
      <h4>{t("tree.moves")}</h4>
      {all.length === 0 && <p className="iv-none dim">{t("tree.noMoves")}</p>}
      <ul className="tp-moves">
        {all.map(({ row, sign }) => (
          <li key={`${sign}${row.id}`}>
            <span className="dim num">{format.moment(String(row.moved_at))}</span>
            <span className="ell">{choiceOf(moves, "kind", row.kind)}{row.source_label ? <> <EntityLink entity={String(row.source_entity)} id={Number(row.source_id)}>{String(row.source_label)}</EntityLink></> : null}</span>
            <span className={`num ${sign === "+" ? "t-good" : ""}`}>{sign}{format.quantity(String(row.quantity))} <span className="dim">{unit}</span></span>
          </li>
        ))}
      </ul>
      {open.data && open.data.results.length > 0 && (
        <>
          <h4>{t("tree.layers")} <span className="sub">{t("tree.layersWhy")}</span></h4>
          <ul className="tp-moves">
            {open.data.results.map((row) => (
              <li key={row.id}>
                <span className="dim num">{format.moment(String(row.received_at))}</span>
                <span className="ell">{String(row.document ?? "")}</span>
                <span className="num tp-worth">{t("tree.left", { left: format.quantity(String(row.remaining)), of: format.quantity(String(row.quantity)) })}{row.left_value != null && <span className="sub">{format.money(String(row.left_value))}</span>}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
