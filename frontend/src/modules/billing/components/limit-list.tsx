/** What the subscription gives so much of, and how much of it is used. More people than seats: who stays is chosen. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Box, Meter } from "@/ui/figures";
import { amountOf, type CompanyLimit } from "../api/subscription";
import { PeopleDialog } from "./people-dialog";

export function LimitList({ limits, onChanged }: { limits: CompanyLimit[]; onChanged: () => void }) {
  const { t } = useTranslation("billing");
  const format = useFormat();
  const [choosing, setChoosing] = useState(false);
  if (limits.length === 0) return null;
  const people = limits.find((limit) => limit.key === "access.members");
  return (
    <Box title={t("limits")} className="bills">
      <ul className="limits">
        {limits.map((limit) => {
          const text = t("used_of", { used: amountOf(limit, limit.used, format.number), most: amountOf(limit, limit.most, format.number) });
          return (
            <li key={limit.key}>
              <span>{limit.title}</span>
              <Meter label={limit.title} used={limit.used} most={limit.most} text={text} />
              <span className="num">{text}</span>
              {limit === people && limit.used > limit.most && <Button size="small" onClick={() => setChoosing(true)}>{t("choose_people")}</Button>}
              {limit.raised && (
                <small className="raised">
                  {t(limit.raised.until ? "raised_until" : "raised", {
                    given: amountOf(limit, limit.raised.given, format.number),
                    since: format.day(limit.raised.since.slice(0, 10)),
                    until: format.day(limit.raised.until?.slice(0, 10)),
                    reason: limit.raised.reason,
                  })}
                </small>
              )}
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
