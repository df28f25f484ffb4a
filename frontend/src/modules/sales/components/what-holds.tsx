/** What holds the order up: lines that are short or late, each with the way on. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import { Mark } from "@/ui/status";
import { fetchPromises } from "../api/change";
import { openOf, shortOf } from "./cover-of";
import { Why } from "./why";
import "./sales.css";

export function WhatHolds({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const mayPlan = useCan("production.planning.view");
  const { slug } = useTenant();
  const open = record.status === "confirmed" || record.status === "part_delivered";
  const { data } = useQuery({
    queryKey: keyOf(slug, "shared.sales_order", "promises", [record.id, record.version]),
    queryFn: ({ signal }) => fetchPromises(record.id, signal),
    enabled: open,
  });
  const promiseOf = (line: Row) => data?.lines.find((one) => one.line === line.id);
  const slipped = (data?.lines ?? []).filter((one) => one.expected_on !== null);
  const lines = (record.lines as Row[] | undefined) ?? [];
  const short = open ? lines.filter((line) => shortOf(line) > 0) : [];
  const late = open ? lines.filter((line) => openOf(line) > 0 && line.promised_on && record.requested_on && String(line.promised_on) > String(record.requested_on)) : [];
  return (
    <Box className="so-panel" title={t("holds.title")}>
      {short.length === 0 && late.length === 0 && slipped.length === 0 && (
        <p className="so-hold"><Joint fit={1} />{t(record.status === "draft" ? "holds.draft" : open ? "holds.ready" : "holds.nothing")}</p>
      )}
      {short.map((line) => (
        <div key={`s${line.id}`} className="so-hold">
          <Mark kind="warn" />
          <div className="grow">
            <b className="medium">{t("holds.short", { quantity: format.quantity(String(shortOf(line))), product: (line.product as Ref | null)?.label ?? "" })}</b>
            <Why reasons={promiseOf(line)?.reasons} />
            <span className="sub">{line.promised_on ? t("holds.promised", { day: format.day(String(line.promised_on)) }) : t("holds.noDate")}</span>
          </div>
          {mayPlan && <AppLink className="btn small" to="/production/planning">{t("holds.plan")}</AppLink>}
        </div>
      ))}
      {slipped.map((one) => (
        <div key={`x${one.line}`} className="so-hold">
          <Mark kind="late" />
          <p>
            <b className="medium">{t("holds.slipped", { product: (lines.find((line) => line.id === one.line)?.product as Ref | null)?.label ?? "", day: format.day(one.expected_on!) })}</b>
            <span className="sub">{t("holds.told", { day: format.day(one.promised_on!) })}</span>
          </p>
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
