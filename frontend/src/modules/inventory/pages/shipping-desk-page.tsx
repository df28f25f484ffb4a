/** Shipping desk: what is owed and can leave, and how far the warehouse is with what is on its way out. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { problemText } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import { useEntity, useFeature, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { fetchOwed } from "../api/desks";
import { DeskDeliveries } from "../components/desk-deliveries";
import { OwedOrders } from "../components/owed-orders";
import "../components/desks.css";

const STEPS = ["", "picking", "picked", "packed"] as const;

export function ShippingDeskPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const deliveries = useEntity("inventory.delivery");
  const handled = useFeature("inventory.wms");
  const [tab, setTab] = useState("owed");
  const query = { status__in: "draft", kind__in: "delivery", order: "shipped_on", limit: 500 };
  const owed = useQuery({ queryKey: keyOf(slug, "inventory.delivery", "owed"), queryFn: ({ signal }) => fetchOwed(signal) });
  const drafts = useQuery({ queryKey: keyOf(slug, "inventory.delivery", "list", query), queryFn: ({ signal }) => fetchPage(deliveries!, query, signal), enabled: deliveries !== undefined });
  const { data, error, isPending, refetch } = tab === "owed" ? owed : drafts;
  const all = drafts.data?.results ?? [];
  const at = (step: string) => all.filter((row) => !handled || String(row.work) === step);
  const steps = handled ? STEPS : STEPS.slice(0, 1);
  return (
    <div className="page">
      <PageHead title={t("desk.shipping")} />
      <Tabs label={t("desk.work")} value={tab} onChange={setTab}
        tabs={[{ key: "owed", label: t("desk.owed"), count: owed.data?.results.length }, ...steps.map((step) => ({ key: step, label: t(handled ? `scan.work.${step || "none"}` : "desk.drafts"), count: drafts.data && at(step).length }))]} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("desk.failed")} actions={<Button onClick={() => void refetch()}>{t("needs.again")}</Button>}>{problemText(error, said)}</ErrorState>}
      {tab === "owed" && owed.data && <OwedOrders rows={owed.data.results} onMade={() => setTab("")} />}
      {tab === "owed" && owed.data?.more && <p className="lfoot">{t("desk.more")}</p>}
      {tab !== "owed" && drafts.data && <DeskDeliveries key={tab} rows={at(tab)} />}
    </div>
  );
}
