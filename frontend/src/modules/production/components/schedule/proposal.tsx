/** What a move or a rush order would do: who ends when, before it is kept or put back. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Button } from "@/ui/button";
import { Status } from "@/ui/status";
import type { PlannedOperation, ScheduleProposal } from "../../api/schedule";

interface Props {
  title: string;
  operation: PlannedOperation | undefined;
  proposal: ScheduleProposal;
  rush: boolean;
  busy: boolean;
  onKeep: () => void;
  onBack: () => void;
}

const MOST = 12;

export function ProposalPanel({ title, operation, proposal, rush, busy, onKeep, onBack }: Props) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const to = proposal.bars.find((bar) => bar.id === operation?.id);
  const slips = proposal.slips.filter((slip) => slip.minutes !== 0 || slip.before === null);
  return (
    <aside className="pr-proposal" aria-label={t("schedule.move")} role="dialog">
      <h2 className="row"><span className="ell">{title}</span><Status kind="warn">{t("schedule.move")}</Status></h2>
      {operation && to && (
        <dl>
          <div><dt>{t("schedule.from")}</dt><dd>{format.moment(operation.start)} – {format.moment(operation.end)}</dd></div>
          <div><dt>{t("schedule.to")}</dt><dd className="strong">{format.moment(to.start)} – {format.moment(to.end)}</dd></div>
        </dl>
      )}
      <h3>{slips.length ? t("schedule.slips", { count: slips.length }) : t("schedule.noSlip")}</h3>
      <ul>
        {slips.slice(0, MOST).map((slip) => (
          <li key={slip.order.id}>
            <EntityLink entity="production.order" id={slip.order.id}>{slip.order.label}</EntityLink>
            <span className="sub ell grow">{slip.made_for || slip.product.name}</span>
            <span className={slip.late ? "t-bad" : slip.minutes > 0 ? "t-warn" : "t-good"}>
              {slip.before === null ? t("schedule.until", { when: format.moment(slip.after) })
                : t(slip.minutes > 0 ? "schedule.slip" : "schedule.sooner", { hours: format.number(String(Math.round(Math.abs(slip.minutes) / 6) / 10)) })}
              {slip.late && ` · ${t("schedule.late")}`}
            </span>
          </li>
        ))}
      </ul>
      {proposal.unplaced > 0 && <p className="t-bad">{t("schedule.unplaced", { count: proposal.unplaced })}</p>}
      <p className="row">
        <Button variant="primary" busy={busy} onClick={onKeep} autoFocus>{t(rush ? "schedule.acceptRush" : "schedule.accept")}</Button>
        <Button onClick={onBack}>{t("schedule.back")}</Button>
      </p>
    </aside>
  );
}
