/** Where I am signed in, on every host; ending one of them or all others. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Tag } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { endMyOthers, endMySession, fetchMySessions, sessionsKey } from "../security/api";
import { DeviceIcon } from "../security/device-icon";

export function SessionsSection() {
  const { t } = useTranslation("account");
  const format = useFormat();
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey: sessionsKey, queryFn: fetchMySessions });
  const again = () => client.invalidateQueries({ queryKey: sessionsKey });
  const refused = (failure: unknown) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" });
  const end = useMutation({ mutationFn: endMySession, onSuccess: again, onError: refused });
  const endAll = useMutation({
    mutationFn: endMyOthers,
    onSuccess: ({ ended }) => {
      toast(t("session_ended", { count: ended }));
      return again();
    },
    onError: refused,
  });
  const others = data?.filter((one) => !one.current).length ?? 0;
  return (
    <section>
      <div className="about">
        <h2>{t("sessions")}</h2>
        <p className="sub">{t("sessions_why")}</p>
      </div>
      <div className="stack gap">
        {!data && !error && <GridSkeleton rows={2} height={44} />}
        {error !== null && !data && <p className="t-bad" role="alert">{isProblem(error) ? error.message : t("unreachable")}</p>}
        {data && (
          <ul className="sessions" aria-label={t("sessions")}>
            {data.map((one) => (
              <li key={one.id}>
                <DeviceIcon name={one.device} />
                <span className="what">
                  <span title={one.user_agent}><b>{one.device || t("unknown_device")}</b> {one.current && <Tag>{t("session_here")}</Tag>} {one.by_staff && <Tag>{t("by_staff")}</Tag>}</span>
                  <span className="sub">{[one.company ?? t("session_apex"), one.ip, t("unknown_place")].join(" · ")}</span>
                  <span className="sub xs">{t("session_seen", { when: format.moment(one.last_seen_at) })} · {t("session_since", { when: format.moment(one.created_at) })}</span>
                </span>
                {!one.current && <Button size="small" busy={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>{t("session_end")}</Button>}
              </li>
            ))}
          </ul>
        )}
        {others > 0 && <div><Button busy={endAll.isPending} onClick={() => endAll.mutate()}>{t("session_end_all")}</Button></div>}
      </div>
    </section>
  );
}
