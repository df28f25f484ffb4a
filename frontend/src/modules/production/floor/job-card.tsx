/** What is being worked on: which order, how far it is, what it needs. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { trimZeros } from "@/platform/fields/decimal/exact";
import { Joint } from "@/ui/joint";
import type { Job } from "../api/terminal";

/** How much of what it takes is there: all, some of it coming, or something that nobody has ordered. */
export const fitOf = (job: Job): number => (job.missing.length === 0 ? 1 : job.missing.every((one) => one.arrives_on) ? 0.5 : 0);

export function useStock(job: Job): string {
  const { t } = useTranslation("production");
  const format = useFormat();
  const lacking = job.missing[0];
  if (!lacking) return Number(job.left) > 0 || job.position === 1 ? t("floor.ready") : t("floor.notYet");
  if (!lacking.arrives_on) return t("floor.lacks", { quantity: format.quantity(lacking.quantity), what: lacking.label });
  return t("floor.comes", { what: lacking.label, when: format.near(lacking.arrives_on) });
}

export function JobCard({ job }: { job: Job }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const done = Number(job.good) + Number(job.scrap) + Number(job.reworked);
  const share = Math.min(100, (done / Number(job.quantity || 1)) * 100);
  const stock = useStock(job);
  const quick = job.minutes_each !== null && Number(job.minutes_each) <= Number(job.run_minutes);
  const due = job.planned_end ? format.moment(job.planned_end) : format.near(job.due_on);
  const late = job.due_on < format.today;
  return (
    <section className="fl-job" aria-label={t("floor.now")}>
      <div className="fl-line"><span className="sub">{job.order.label}</span><span className="dim">·</span><span className="sub ell">{t("floor.step", { position: job.position, positions: job.positions, name: job.name })}</span><span className="grow" /><span className={late ? "t-bad medium" : "sub"}>{t("floor.neededBy", { when: due })}</span></div>
      <div className="fl-line"><h1 className="ell">{job.product.name}</h1><span className="grow" /><span className="fl-fit"><Joint fit={fitOf(job)} size={13} bad />{stock}</span></div>
      <div className="fl-line"><span className="fl-bar" role="progressbar" aria-valuenow={Math.round(share)} aria-valuemin={0} aria-valuemax={100} aria-label={t("floor.progress")}><i style={{ width: `${share}%` }} /></span><b>{t("floor.of", { done: format.quantity(String(done)), quantity: format.quantity(job.quantity) })}</b></div>
      <div className="fl-line fl-facts">
        {job.tool && <span>{t("floor.tool")} <b>{job.tool}</b></span>}
        {job.skill && <span>{t("floor.skill")} <b>{job.skill}</b></span>}
        <span>{t("floor.each")} <b>{t("floor.minutes", { minutes: trimZeros(job.run_minutes) })}</b></span>
        {job.minutes_each !== null && <span>{t("floor.actual")} <b className={quick ? "t-good" : "t-warn"}>{t("floor.minutes", { minutes: trimZeros(job.minutes_each) })}</b></span>}
        {job.working.length > 0 && <span className="ell">{t("floor.working")} <b>{job.working.map((one) => one.name).join(t("comma"))}</b></span>}
      </div>
    </section>
  );
}
