/** “Work out anew”: the background job behind it, followed until it is over, and the way to stop it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get, request } from "@/platform/api/request";
import { problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Bar } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { RUN } from "../api/replenishment";

interface Job {
  id: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  message: string;
}

const over = (job: Job | undefined) => job !== undefined && job.state !== "queued" && job.state !== "running";

export function ReplenishmentJob({ onOver }: { onOver: () => void }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const [id, setId] = useState<number | null>(null);
  const refused = (error: unknown) => toast({ text: problemText(error, said), tone: "bad" });
  const { data: job } = useQuery({
    queryKey: keyOf(slug, "inventory.replenishment_policy", "job", String(id)),
    queryFn: ({ signal }) => get<Job>(`/api/v1/jobs/${id}/`, undefined, signal),
    enabled: id !== null,
    refetchInterval: (query) => (over(query.state.data) ? false : 700),
  });
  const start = useMutation({ mutationFn: () => request<Job>("POST", RUN, { body: {} }), onSuccess: (fresh) => setId(fresh.id), onError: refused });
  const stop = useMutation({ mutationFn: () => request<Job>("POST", `/api/v1/jobs/${id}/cancel/`, { body: {} }), onError: refused });
  useEffect(() => {
    if (!job || !over(job)) return;
    setId(null);
    if (job.state === "failed") toast({ text: job.message, tone: "bad" });
    onOver();
  }, [job, onOver]);
  if (id === null) return <Button icon={<RefreshCw size={15} />} busy={start.isPending} onClick={() => start.mutate()}>{t("supply.run")}</Button>;
  return (
    <span className="iv-running" role="status">
      <Bar percent={(job?.progress ?? 0) * 100} width={120} label={t("supply.run")} />
      <span className="sub ell">{job?.message || t("supply.waiting")}</span>
      <Button size="small" busy={stop.isPending} onClick={() => stop.mutate()}>{t("supply.stop")}</Button>
    </span>
  );
}
