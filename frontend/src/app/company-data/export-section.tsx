/** Everything as one file: starting it, following it, fetching it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { Bar } from "@/ui/figures";
import { formatNumber } from "@/ui/format/number";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { cancelJob, exportsKey, fetchExports, linkTo, startExport, type CompanyExport } from "./api";
import { dayOf, momentOf, sizeOf } from "./moments";

const isUnderWay = (one: CompanyExport) => one.state === "queued" || one.state === "running";

/** As a click on a link would: the page stays, the browser saves. */
function fetchFile(url: string) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}

export function ExportSection() {
  const { t, i18n } = useTranslation("company-data");
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: exportsKey,
    queryFn: fetchExports,
    // Asked again while one runs: a closed company has no socket that would tell.
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? 1000 : false),
  });
  const refused = (failure: unknown) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" });
  const again = () => client.invalidateQueries({ queryKey: exportsKey });
  const start = useMutation({ mutationFn: startExport, onSuccess: again, onError: refused });
  const stop = useMutation({ mutationFn: cancelJob, onSuccess: again, onError: refused });
  const open = useMutation({ mutationFn: linkTo, onSuccess: fetchFile, onError: refused });
  const running = data?.find(isUnderWay);
  return (
    <section>
      <div className="about">
        <h2>{t("export")}</h2>
        <p className="sub">{t("export_why")}</p>
      </div>
      <div className="stack gap">
        <div><Button variant="primary" busy={start.isPending} disabled={running !== undefined} onClick={() => start.mutate()}>{t("export_start")}</Button></div>
        {!data && !error && <GridSkeleton rows={1} height={44} />}
        {error !== null && !data && <p className="t-bad" role="alert">{isProblem(error) ? error.message : t("unreachable")}</p>}
        {data && data.length > 0 && (
          <ul className="exports" aria-label={t("exports")}>
            {data.map((one) => (
              <li key={one.id}>
                <span className="what">
                  <span>{momentOf(one.created_at, i18n.language)} <span className="dim">{one.started_by}</span></span>
                  {one.state === "ready" && one.expires_at && (
                    <span className="sub">{t("export_holds", { rows: formatNumber(one.rows), files: formatNumber(one.files), size: sizeOf(one.size, i18n.language), until: dayOf(one.expires_at, i18n.language) })}</span>
                  )}
                  {isUnderWay(one) && <Bar percent={one.progress * 100} width="100%" label={t("export_progress", { percent: Math.round(one.progress * 100) })} />}
                  {!isUnderWay(one) && one.state !== "ready" && <span className={one.state === "failed" ? "t-bad" : "sub"}>{one.message || t(`state_${one.state}`)}</span>}
                </span>
                {one.state === "ready" && <Button size="small" icon={<Download size={14} />} busy={open.isPending && open.variables === one.id} onClick={() => open.mutate(one.id)}>{t("download")}</Button>}
                {isUnderWay(one) && one.job_id !== null && <Button size="small" busy={stop.isPending} onClick={() => one.job_id !== null && stop.mutate(one.job_id)}>{t("stop")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
