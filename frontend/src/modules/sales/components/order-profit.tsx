/** Profit of the order: expected beside actual, why they differ, each figure down to the postings it is made of. */
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { fetchProfit, type ProfitLine } from "../api/documents";
import "./sales.css";

/** What can be said by now: before anything is posted only the estimate; the change is judged once all is shipped and invoiced. */
interface Shows {
  posted: boolean;
  settled: boolean;
}

function Line({ line, posted, settled }: { line: ProfitLine } & Shows) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const worse = line.difference !== null && Number(line.difference) * line.sign < 0;
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <>
      <tr>
        <th scope="row">
          {posted && (line.postings.length > 0 || line.reasons.length > 0)
            ? <button type="button" className="so-open" aria-expanded={open} onClick={() => setOpen(!open)}><Chevron size={13} />{line.label}</button>
            : <span className="so-open">{line.label}</span>}
        </th>
        <td>{line.estimate === null ? "–" : format.amount(line.estimate)}</td>
        {posted && <td>{format.amount(line.actual)}</td>}
        {posted && <td className={!settled || line.difference === null || Number(line.difference) === 0 ? "dim" : worse ? "t-bad" : "t-good"}>{line.difference === null ? "–" : format.amount(line.difference)}</td>}
      </tr>
      {open && line.reasons.map((reason) => (
        <tr key={reason.key} className="so-posting so-why">
          <th scope="row" colSpan={3}>{reason.label}</th>
          <td>{format.amount(reason.amount)}</td>
        </tr>
      ))}
      {open && line.postings.map((posting) => (
        <tr key={posting.id} className="so-posting">
          <th scope="row">
            <EntityLink entity="finance.journal_entry" id={posting.entry.id}>{posting.entry.label}</EntityLink>{" "}
            <span className="dim">{posting.account.label}{posting.product ? ` · ${posting.product}` : ""}</span>
          </th>
          <td className="dim">{posting.source ? <EntityLink entity={posting.source.entity} id={posting.source.id}>{posting.source.label}</EntityLink> : t("profit.byHand")}</td>
          <td>{format.amount(posting.amount)}</td>
          <td className="dim">{format.day(posting.entry_date)}</td>
        </tr>
      ))}
    </>
  );
}

export function OrderProfit({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "order-profit", record.id),
    queryFn: ({ signal }) => fetchProfit(record.id, signal),
  });
  if (!data) return null;
  const posted = data.lines.some((line) => line.postings.length > 0);
  const settled = posted && ["delivered", "closed"].includes(String(record.status)) && record.invoice_status === "full";
  return (
    <Box className="so-panel" title={<>{t("profit.title")} <span className="dim">{data.currency}</span></>}>
      <table className="so-profit">
        <thead><tr><th /><th scope="col">{t("profit.estimate")}</th>{posted && <th scope="col">{t("profit.actual")}</th>}{posted && <th scope="col">{t("profit.difference")}</th>}</tr></thead>
        <tbody>{data.lines.map((line) => <Line key={line.key} line={line} posted={posted} settled={settled} />)}</tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("profit.profit")}</th>
            <td>{data.profit.estimate === null ? "–" : format.amount(data.profit.estimate)}</td>
            {posted && <td className={data.profit.actual.startsWith("-") ? "t-bad" : undefined}>{format.amount(data.profit.actual)}</td>}
            {posted && <td className="dim">{data.profit.difference === null ? "–" : format.amount(data.profit.difference)}</td>}
          </tr>
          <tr className="dim">
            <th scope="row">{t("profit.margin")}</th>
            <td>{data.margin.estimate === null ? "–" : format.percent(data.margin.estimate)}</td>
            {posted && <td>{data.margin.actual === null ? "–" : format.percent(data.margin.actual)}</td>}
            {posted && <td />}
          </tr>
        </tfoot>
      </table>
      {!posted && <p className="sub so-note">{t("profit.notPosted")}</p>}
    </Box>
  );
}
