/** What the plan gives only so much of, with what is used of it. */
import { useTranslation } from "react-i18next";
import { Facts, Meter } from "@/ui/figures";
import { formatNumber, formatSize } from "@/ui/format/number";
import type { LimitInUse } from "./api";

const amount = (limit: LimitInUse, value: number) => (limit.unit === "bytes" ? formatSize(value) : formatNumber(value));

export function LimitStrip({ limits }: { limits: LimitInUse[] }) {
  const { t } = useTranslation("company-modules");
  if (limits.length === 0) return null;
  return (
    <div className="limit-strip">
      <Facts>
        {limits.map((limit) => {
          const most = t("of_most", { most: amount(limit, limit.most) });
          return (
            <div key={limit.key} className="fact">
              <dt>{limit.title}</dt>
              <dd className={limit.used > limit.most ? "t-bad" : undefined}>{amount(limit, limit.used)} <small>{most}</small></dd>
              <dd className="note"><Meter label={limit.title} used={limit.used} most={limit.most} text={`${amount(limit, limit.used)} ${most}`} /></dd>
            </div>
          );
        })}
      </Facts>
    </div>
  );
}
