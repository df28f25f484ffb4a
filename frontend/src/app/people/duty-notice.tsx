/** Duties that one pair of hands should not hold: warned of while a role is edited, and on a person. */
import { useTranslation } from "react-i18next";
import { Mark } from "@/ui/status";
import type { Clash, Duty } from "./api";

interface DutyNoticeProps {
  duties: Duty[];
  /** What is held together. */
  codes?: ReadonlySet<string>;
  /** Or what the server found, with where each side comes from. */
  clashes?: Clash[];
}

export function DutyNotice({ duties, codes, clashes }: DutyNoticeProps) {
  const { t } = useTranslation("people");
  const met = clashes ? duties.filter((duty) => clashes.some((clash) => clash.key === duty.key)) : duties.filter((duty) => duty.left.some((code) => codes?.has(code)) && duty.right.some((code) => codes?.has(code)));
  if (met.length === 0) return null;
  return (
    <div className="duties" role="note" aria-label={t("duties")}>
      <b><Mark kind="warn" />{t("duties")}</b>
      <ul>
        {met.map((duty) => {
          const clash = clashes?.find((one) => one.key === duty.key);
          return (
            <li key={duty.key}>
              <span>{duty.title}</span> <span className="sub">{duty.why}</span>
              {clash && <span className="sub xs"> {t("duty_from", { left: clash.left_from.join(t("comma")), right: clash.right_from.join(t("comma")) })}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
