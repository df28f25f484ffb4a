/** What comes next at this work centre, and how the day goes. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Joint } from "@/ui/joint";
import { Mark } from "@/ui/status";
import type { Job, TerminalState } from "../api/terminal";
import { fitOf, useStock } from "./job-card";

function Next({ job, on, onPick }: { job: Job; on: boolean; onPick: () => void }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const stock = useStock(job);
  const left = t("floor.left", { quantity: format.quantity(job.left) });
  return (
    <li>
      <button type="button" className={`fl-next${on ? " on" : ""}`} aria-current={on || undefined} onClick={onPick}>
        <b className="ell">{job.product.name}</b>
        <small>
          {job.status === "running" ? <><Mark kind="prog" share={Number(job.good) / Number(job.quantity || 1)} />{t("floor.running", { left })}</>
            : job.status === "paused" ? <><Mark kind="hold" />{t("floor.paused", { left })}</>
              : <><Joint fit={fitOf(job)} size={10} bad /><span className="ell">{t("floor.pieces", { quantity: format.quantity(job.quantity), unit: job.unit })} · {stock}</span></>}
        </small>
      </button>
    </li>
  );
}

export function Side({ data, picked, onPick }: { data: TerminalState; picked: number | undefined; onPick: (id: number) => void }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const parts = [t("floor.sumGood", { quantity: format.quantity(data.today.good) })];
  if (Number(data.today.scrap) > 0) parts.push(t("floor.sumScrap", { quantity: format.quantity(data.today.scrap) }));
  if (Number(data.today.rework) > 0) parts.push(t("floor.sumRework", { quantity: format.quantity(data.today.rework) }));
  return (
    <aside className="fl-side">
      <h2>{t("floor.next")}</h2>
      <ul>{data.queue.map((job) => <Next key={job.id} job={job} on={job.id === picked} onPick={() => onPick(job.id)} />)}</ul>
      <p className="fl-sum"><span className="sub">{t("floor.today")}</span><b>{parts.join(t("comma"))}</b></p>
    </aside>
  );
}
