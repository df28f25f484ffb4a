/** Where a purchase order or requisition stands against the budgets in force: what is left when it goes through. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { Mark } from "@/ui/status";
import { fetchStanding } from "./api";
import { monthName } from "./sheet";
import "../pages/finance.css";
import "./budget.css";

const OVER = ["closed", "cancelled", "received", "ordered", "rejected"];

export function BudgetPanel({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("budget");
  const format = useFormat();
  const { slug } = useTenant();
  const over = OVER.includes(String(record.status));
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.budget", "document", [entity.key, record.id, record.version]),
    queryFn: ({ signal }) => fetchStanding(entity.key, record.id, signal),
    enabled: !over, retry: false,
  });
  if (!data || data.results.length === 0) return null;
  return (
    <Box className="so-panel fi-credit" title={<>{t("panel")} <span className="dim">{data.currency}</span></>}>
      {data.results.map((row) => {
        const beyond = row.left.startsWith("-");
        return (
          <table key={`${row.account.id} ${row.department?.id ?? ""} ${row.month}`} className="fi-standing bu-standing">
            <caption>{row.account.label}{row.department && ` · ${row.department.label}`} <span className="sub">{row.reach} · {monthName(row.month, format.language)}</span></caption>
            <tbody>
              <tr><th scope="row">{t("budget")}</th><td>{format.amount(row.budget)}</td></tr>
              <tr><th scope="row">{t("actual")}</th><td>{format.amount(row.actual)}</td></tr>
              <tr><th scope="row">{t("committed")}</th><td>{format.amount(row.committed)}</td></tr>
              <tr><th scope="row">{t("wanted")}</th><td>{format.amount(row.wanted)}</td></tr>
              <tr className="fi-sum"><th scope="row">{beyond && <Mark kind={row.control === "block" ? "late" : "warn"} />} {t("left")}</th><td className={beyond ? "t-bad" : undefined}>{format.amount(row.left)}</td></tr>
            </tbody>
          </table>
        );
      })}
    </Box>
  );
}
