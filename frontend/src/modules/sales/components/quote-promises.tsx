/** When each line of an open quote can be there, why, and for how long that is held. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useFeature } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Box } from "@/ui/figures";
import { Mark } from "@/ui/status";
import { PromiseDialog } from "./promise-dialog";
import "./sales.css";

export function QuotePromises({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const [asked, setAsked] = useState<Row | null>(null);
  const explains = [useFeature("production.promise"), useCan("production.promise.view")].every(Boolean);
  const lines = ((record.lines as Row[] | undefined) ?? []).filter((line) => line.product_kind === "goods");
  if ((record.status !== "draft" && record.status !== "sent") || lines.length === 0) return null;
  const until = record.held_until as string | null;
  return (
    <Box className="so-panel" title={t("kept.title")}>
      {until && <p className="so-hold"><Mark kind="done" /><b className="medium">{t("kept.until", { day: format.day(until) })}</b></p>}
      {lines.map((line) => (
        <div key={line.id} className="so-hold">
          <Mark kind={line.promised_on ? "open" : "warn"} />
          <div className="grow">
            <b className="medium">{(line.product as Ref).label} × {format.quantity(String(line.base_quantity))}</b>
            <span className="sub">{line.promised_on ? t("holds.promised", { day: format.day(String(line.promised_on)) }) : t("holds.noDate")}</span>
          </div>
          {explains && <Button size="small" onClick={() => setAsked(line)}>{t("chainOf.open")}</Button>}
        </div>
      ))}
      {asked && <PromiseDialog product={asked.product as Ref} quantity={String(asked.base_quantity)} line={Number(asked.id)} quote={record} onClose={() => setAsked(null)} />}
    </Box>
  );
}
