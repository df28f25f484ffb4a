/** Changes of a confirmed order: what waits for a decision, and every revision with what was and what is. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText, useRecordAction } from "@/platform/records";
import { actionsFor, fieldByPath } from "@/platform/records/entity";
import type { ActionMeta, EntityMeta, Row } from "@/platform/records/types";
import { useEntity, useMe, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Box } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchChanges, type Difference, type OrderChange } from "../api/change";
import { BeyondNote } from "./beyond";
import "./sales.css";

const ActionDrawer = lazy(() => import("@/platform/records/detail/action-drawer").then((part) => ({ default: part.ActionDrawer })));
const FIGURES = new Set(["quantity", "second_quantity", "unit_price", "discount", "tax_rate", "cancelled", "line"]);

function useChanges(record: Row) {
  const { slug } = useTenant();
  return useQuery({
    queryKey: keyOf(slug, "shared.sales_order_change", "of", [record.id]),
    queryFn: ({ signal }) => fetchChanges(record.id, signal),
    enabled: record.status !== "draft",
  }).data?.results;
}

function Differences({ of }: { of: Difference[] }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const line = useEntity("shared.sales_order_line");
  const name = (field: string) => (field === "line" ? t("change.line") : (line && fieldByPath(line, field)?.label) ?? field);
  const value = (one: Difference, side: "old" | "new") => {
    const found = one[side];
    if (found === null || found === "") return <span className="dim">–</span>;
    if (one.field === "requested_on") return format.day(found);
    return FIGURES.has(one.field) ? format.quantity(found) : found;
  };
  return (
    <ul className="so-diff">
      {of.map((one, index) => (
        <li key={index}>
          <span className="ell">{one.label}</span>
          <span className="sub ell">{name(one.field)}</span>
          <span className="num"><del>{value(one, "old")}</del> → {value(one, "new")}</span>
        </li>
      ))}
    </ul>
  );
}

function Worth({ change }: { change: OrderChange }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const margins = change.margin_before && change.margin_after && change.margin_before !== change.margin_after;
  return (
    <>
      {change.value_before !== change.value_after && <p className="num">{format.money(change.value_before, change.currency)} → <b>{format.money(change.value_after, change.currency)}</b></p>}
      {margins && <p className="num sub">{t("change.margin", { before: format.quantity(change.margin_before!), after: format.quantity(change.margin_after!) })}</p>}
    </>
  );
}

/** Beside the order while a change waits: what it is, and the ways to decide it that are the reader's. */
export function WaitingChange({ record }: { record: Row }) {
  const entity = useEntity("shared.sales_order_change");
  const waiting = useChanges(record)?.find((one) => one.state === "proposed");
  return entity && waiting ? <Waiting entity={entity} change={waiting} subject={String(record.number)} /> : null;
}

function Waiting({ entity, change, subject }: { entity: EntityMeta; change: OrderChange; subject: string }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const me = useMe();
  const client = useQueryClient();
  const { run } = useRecordAction(entity);
  const [asking, setAsking] = useState<ActionMeta | null>(null);
  const mine = change.asked_by !== null && change.asked_by.id === me.member_id;
  const ways = actionsFor(entity, change).filter((action) => (action.key === "withdraw") === mine);
  const perform = (action: ActionMeta, params?: Record<string, unknown>) =>
    run.mutate({ action, record: change, params }, {
      onSuccess: () => { setAsking(null); void client.invalidateQueries(); },
      onError: (error) => { if (!asking) toast({ tone: "bad", text: problemText(error, said) }); },
    });
  return (
    <Box className="so-panel so-waiting" title={t("change.waits")}>
      <p className="sub">{t("change.asked", { by: change.by, at: format.moment(change.happened_at) })}</p>
      {change.reason && <p>“{change.reason}”</p>}
      <Worth change={change} />
      <BeyondNote beyond={change.beyond} title={t("change.why")} />
      <Differences of={change.differences} />
      {ways.length > 0 && (
        <p className="so-ways">
          {ways.map((action) => <Button key={action.key} variant={action.primary ? "primary" : "default"} busy={run.isPending && run.variables?.action.key === action.key}
            onClick={() => { run.reset(); if (action.key === "reject") setAsking(action); else perform(action); }}>{action.label}</Button>)}
        </p>
      )}
      {asking && (
        <Suspense fallback={null}>
          <ActionDrawer action={asking} subject={subject} record={change} busy={run.isPending} error={run.error} onClose={() => setAsking(null)} onRun={(params) => perform(asking, params)} />
        </Suspense>
      )}
    </Box>
  );
}

/** Tab of a change: what it would move, and why somebody else has to decide. */
export function ChangeContent({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const change = record as unknown as OrderChange;
  return (
    <div className="so-changes so-content">
      {change.state === "proposed" && change.beyond.length > 0 && <BeyondNote beyond={change.beyond} title={t("change.why")} />}
      <Differences of={change.differences} />
    </div>
  );
}

/** Tab: every change, the latest first. */
export function OrderChanges({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const changes = useChanges(record);
  if (record.status !== "draft" && !changes) return <GridSkeleton />;
  if (!changes?.length) return <EmptyState inline title={t("change.none")}>{t("change.noneWhy")}</EmptyState>;
  return (
    <ol className="so-changes">
      {changes.map((change) => (
        <li key={change.id}>
          <p>
            <b>{change.revision > 0 ? t("change.revision", { number: change.revision }) : t(`change.state_${change.state}`)}</b>
            {change.state === "proposed" && <Status kind="warn">{t("change.state_proposed")}</Status>}
            <span className="grow" />
            <span className="sub">{change.by}</span>
            <span className="dim">{format.moment(change.happened_at)}</span>
          </p>
          {change.reason && <p className="sub">{change.reason}</p>}
          <Worth change={change} />
          <Differences of={change.differences} />
          {change.decided_by && <p className="sub">{t("change.decided", { by: change.decided_by, at: change.decided_at ? format.moment(change.decided_at) : "" })}{change.decision_reason && ` “${change.decision_reason}”`}</p>}
        </li>
      ))}
    </ol>
  );
}
