/** What the subscription gives so much of, and how much of it is used. More people than seats: who stays is chosen. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Box } from "@/ui/figures";
import { amountOf, type Limit } from "../api/subscription";
import { PeopleDialog } from "./people-dialog";

const near = 0.9;

export function LimitList({ limits, onChanged }: { limits: Limit[]; onChanged: () => void }) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const [choosing, setChoosing] = useState(false);
  if (limits.length === 0) return null;
  const people = limits.find((limit) => limit.key === "access.members");
  return (
    <Box title={t("limits")} className="bills">
      <ul className="limits">
        {limits.map((limit) => {
          const share = limit.most > 0 ? limit.used / limit.most : 1;
          const text = t("used_of", { used: amountOf(limit, limit.used, format.number), most: amountOf(limit, limit.most, format.number) });
          return (
            <li key={limit.key}>
              <span>{limit.title}</span>
              <span className="limit-bar" role="meter" aria-label={limit.title} aria-valuemin={0} aria-valuemax={limit.most} aria-valuenow={Math.min(limit.used, limit.most)} aria-valuetext={text}>
                <i className={share > 1 ? "over" : share >= near ? "near" : undefined} style={{ width: `${Math.min(100, Math.max(share * 100, limit.used > 0 ? 1 : 0))}%` }} />
              </span>
              <span className="num">{text}</span>
              {limit === people && limit.used > limit.most && <Button size="small" onClick={() => setChoosing(true)}>{t("choose_people")}</Button>}
            </li>
          );
        })}
      </ul>
      {choosing && people && (
        <PeopleDialog
          seats={people.most}
          onClose={() => setChoosing(false)}
          onChanged={() => {
            setChoosing(false);
            onChanged();
          }}
        />
      )}
    </Box>
  );
}
