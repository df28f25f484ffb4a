/** How far the planning run is, and the way to stop it. */
import { useTranslation } from "react-i18next";
import { Bar } from "@/ui/figures";
import { Button } from "@/ui/button";
import type { Job } from "../api/planning-job";

export function PlanningProgress({ job, stopping, onStop }: { job: Job; stopping: boolean; onStop: () => void }) {
  const { t } = useTranslation("production");
  const words = job.message || t("plan.waiting");
  return (
    <div className="pr-running" role="status">
      <Bar percent={job.progress * 100} width={240} label={words} />
      <span className="sub ell">{words}</span>
      <Button size="small" busy={stopping} onClick={onStop}>{t("plan.stop")}</Button>
    </div>
  );
}
