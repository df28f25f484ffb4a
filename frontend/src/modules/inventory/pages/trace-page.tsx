/** Trace and recall: any lot, by its own number or its supplier's. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RefSelect } from "@/platform/records";
import { useGo, useSearchText } from "@/platform/records/navigation";
import { PageHead } from "@/ui/page";
import { EmptyState } from "@/ui/states/states";
import { LotStory } from "../components/lot-story";
import "../components/inventory.css";

export function TracePage() {
  const { t } = useTranslation("inventory");
  const go = useGo();
  const asked = new URLSearchParams(useSearchText());
  const lot = Number(asked.get("lot")) || null;
  const [label, setLabel] = useState(asked.get("number") ?? "");
  return (
    <div className="page iv-scroll">
      <PageHead title={t("lots.trace")} />
      <div className="iv-pick">
        <RefSelect entity="inventory.lot" value={lot ? { id: lot, label: label || `${lot}` } : null} placeholder={t("lots.find")} aria-label={t("lots.find")} autoFocus={!lot}
          onChange={(found) => { setLabel(found?.label ?? ""); go(found ? `/inventory/trace?${new URLSearchParams({ lot: String(found.id), number: found.label })}` : "/inventory/trace", { replace: true }); }} />
      </div>
      {lot ? <LotStory lot={lot} /> : <EmptyState title={t("lots.which")}>{t("lots.whichWhy")}</EmptyState>}
    </div>
  );
}
