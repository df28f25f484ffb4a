/** The operations of an order in one row: done, in work, waiting; good and scrap in each. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Mark } from "@/ui/status";
import type { Step } from "./api";
import "./order.css";

const MARK = { waiting: "open", running: "prog", paused: "hold", done: "done" } as const;

export function OperationSteps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  return (
    <ol className="po-steps" aria-label={t("steps")}>
      {steps.map((step) => {
        const scrap = Number(step.scrap) > 0 && t("scrap", { quantity: format.quantity(step.scrap) });
        const again = Number(step.rework) > 0 && t("rework", { quantity: format.quantity(step.rework) });
        const when = step.status === "done" ? "" : step.planned_end ? format.moment(step.planned_end) : "";
        return (
          <li key={step.id} className={`po-step ${step.status}${step.rework_of ? " again" : ""}`} title={step.place}>
            <p><Mark kind={MARK[step.status]} share={Number(step.good) / Number(step.quantity || 1)} /><b className="medium ell">{step.name}</b></p>
            <p className="num"><span>{format.quantity(step.good)}<span className="dim">/{format.quantity(step.quantity)}</span></span>
              {(scrap || again) && <span className="t-bad ell">{[scrap, again].filter(Boolean).join(" ")}</span>}</p>
            <p className="sub ell">{step.status === "waiting" ? (Number(step.waiting) > 0 ? t("here", { quantity: format.quantity(step.waiting) }) : when || step.place) : when ? t("until", { when }) : t(`state.${step.status}`)}</p>
          </li>
        );
      })}
    </ol>
  );
}
