/** What holds the order up: lines that are short or late, each with the way on. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records";
import type { Ref, Row } from "@/platform/records/types";
import { useCan } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import { Mark } from "@/ui/status";
import { openOf, shortOf } from "./cover-of";
import "./sales.css";

export function WhatHolds({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const mayPlan = useCan("production.planning.view");
  const lines = (record.lines as Row[] | undefined) ?? [];
  const live = record.status === "confirmed" || record.status === "part_delivered";
  const short = live ? lines.filter((line) => shortOf(line) > 0) : [];
  const late = live ? lines.filter((line) => openOf(line) > 0 && line.promised_on && record.requested_on && String(line.promised_on) > String(record.requested_on)) : [];
  return (
    <Box className="so-panel" title={t("holds.title")}>
      {short.length === 0 && late.length === 0 && (
        <p className="so-hold"><Joint fit={1} />{t(record.status === "draft" ? "holds.draft" : live ? "holds.ready" : "holds.nothing")}</p>
      )}
      {short.map((line) => (
        <div key={`s${line.id}`} className="so-hold">
          <Mark kind="warn" />
          <p>
            <b className="medium">{t("holds.short", { quantity: format.quantity(String(shortOf(line))), product: (line.product as Ref | null)?.label ?? "" })}</b>
            <span className="sub">{line.promised_on ? t("holds.promised", { day: format.day(String(line.promised_on)) }) : t("holds.noDate")}</span>
          </p>
          {mayPlan && <AppLink className="btn small" to="/production/planning">{t("holds.plan")}</AppLink>}
        </div>
      ))}
      {late.map((line) => (
        <div key={`l${line.id}`} className="so-hold">
          <Mark kind="late" />
          <p>
            <b className="medium">{t("holds.late", { product: (line.product as Ref | null)?.label ?? "", day: format.day(String(line.promised_on)) })}</b>
            <span className="sub">{t("holds.wanted", { day: format.day(String(record.requested_on)) })}</span>
          </p>
        </div>
      ))}
    </Box>
  );
}
