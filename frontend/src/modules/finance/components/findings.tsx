/** What of a supplier's invoice does not fit its orders and receipts, in words, and what to do about it. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { Box } from "@/ui/figures";
import { Mark } from "@/ui/status";
import type { Finding } from "../api/supplier-invoice";

export function Findings({ findings, currency }: { findings: Finding[]; currency: string }) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const figure = (one: Finding, value: string) => (one.code === "quantity" ? format.quantity(value) : format.money(value, currency, one.code === "price" ? 4 : undefined));
  return (
    <ul className="fi-findings">
      {findings.map((one, index) => (
        <li key={index}>
          <Mark kind="warn" />
          <p><b>{one.label || t("match.freight")}</b> {t(`match.${one.code}_found`, { found: figure(one, one.found), expected: figure(one, one.expected), allowed: figure(one, one.allowed) })}<span className="sub">{t(`match.${one.code}_do`)}</span></p>
        </li>
      ))}
    </ul>
  );
}

export function MatchPanel({ record }: { record: Row }) {
  const { t } = useTranslation("finance");
  const findings = (record.findings as Finding[] | null) ?? [];
  if (findings.length === 0) return null;
  const released = record.match === "released";
  return (
    <Box title={t(released ? "match.released" : "match.blocked")}>
      <Findings findings={findings} currency={String(record.currency)} />
      <p className="fi-next sub">{released ? t("match.releasedBy", { by: String(record.released_by), reason: String(record.release_reason) }) : t("match.next")}</p>
    </Box>
  );
}
