/** Tab of a purchase order: every decision and change, who and when, with what was and what is. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import "./inventory.css";

interface Difference {
  line: number | null;
  position: number | null;
  label: string;
  field: string;
  old: string | null;
  new: string | null;
}

interface Change {
  id: number;
  kind: string;
  state: "done" | "proposed" | "refused";
  revision: number;
  happened_at: string;
  by: string;
  reason: string;
  differences: Difference[];
  total_before: string;
  total_after: string;
  currency: string;
}

const DAYS = new Set(["due_on", "confirmed_on"]);
const FIGURES = new Set(["quantity", "unit_price", "discount", "cancelled", "freight", "line"]);

function Differences({ of }: { of: Difference[] }) {
  const { t, i18n } = useTranslation("inventory");
  const format = useFormat();
  const name = (field: string) => (i18n.exists(`inventory:changes.field_${field}`) ? t(`changes.field_${field}`) : field);
  const value = (difference: Difference, side: "old" | "new") => {
    const found = difference[side];
    if (found === null) return <span className="dim">–</span>;
    if (DAYS.has(difference.field)) return format.day(found);
    return FIGURES.has(difference.field) ? format.quantity(found) : found;
  };
  return (
    <ul>
      {of.map((difference, index) => (
        <li key={index}>
          <span className="ell">{difference.label || t("changes.whole")}</span>
          <span className="sub">{name(difference.field)}</span>
          <span className="num"><del>{value(difference, "old")}</del> → {value(difference, "new")}</span>
        </li>
      ))}
    </ul>
  );
}

/** Tab of one change or decision: what was and what is. */
export function ChangeContent({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { differences } = record as unknown as Change;
  if (differences.length === 0) return <EmptyState inline title={t("changes.nothing")} />;
  return <div className="iv-changes iv-content"><Differences of={differences} /></div>;
}

export function OrderChanges({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "shared.purchase_order_change", "of", [record.id, record.version]),
    queryFn: ({ signal }) => get<{ results: Change[] }>("/api/v1/shared/purchase-order-changes/", { order__in: record.id, limit: 100 }, signal),
  });
  if (!data) return <GridSkeleton />;
  if (data.results.length === 0) return <EmptyState inline title={t("changes.none")}>{t("changes.noneWhy")}</EmptyState>;
  return (
    <ol className="iv-changes">
      {data.results.map((change) => (
        <li key={change.id}>
          <p>
            <b>{t(`changes.kind_${change.kind}`)}</b>
            {change.state !== "done" && <Status kind={change.state === "proposed" ? "warn" : "off"}>{t(`changes.state_${change.state}`)}</Status>}
            {change.revision > 0 && <span className="dim">{t("changes.revision", { number: change.revision })}</span>}
            <span className="grow" />
            <span className="sub">{change.by}</span>
            <span className="dim">{format.moment(change.happened_at)}</span>
          </p>
          {change.reason && <p className="sub">{change.reason}</p>}
          {change.total_before !== change.total_after && (
            <p className="num">{format.money(change.total_before, change.currency)} → <b>{format.money(change.total_after, change.currency)}</b></p>
          )}
          {change.differences.length > 0 && <Differences of={change.differences} />}
        </li>
      ))}
    </ol>
  );
}
