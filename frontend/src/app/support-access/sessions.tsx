/** Visits of support, the latest first; each opens to every single thing it asked for. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { fetchVisits, visitsKey, type SupportSession } from "./api";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

export function Sessions({ sessions }: { sessions: SupportSession[] }) {
  const { t } = useTranslation("support-access");
  const format = useFormat();
  const [open, setOpen] = useState<number | null>(null);
  if (sessions.length === 0) return <p className="sub">{t("never")}</p>;
  return (
    <ul className="support-sessions" aria-label={t("visits")}>
      {sessions.map((one) => (
        <li key={one.id}>
          <div className="line">
            <span className="what">
              <span>{one.label} {one.ended_at === null && <Status kind="warn">{t("now")}</Status>}</span>
              <span className="sub">{format.moment(one.begun_at)}{one.ended_at && ` – ${format.moment(one.ended_at)}`} · {one.reason}</span>
              <span className="sub">{t(`scope_${one.scope}`)} · {t("reads", { count: one.reads })}, {t("writes", { count: one.writes })}</span>
            </span>
            <Button size="small" onClick={() => setOpen(open === one.id ? null : one.id)}>{t(open === one.id ? "fold" : "unfold")}</Button>
          </div>
          {open === one.id && <Visits session={one.id} />}
        </li>
      ))}
    </ul>
  );
}

function Visits({ session }: { session: number }) {
  const { t } = useTranslation("support-access");
  const format = useFormat();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: visitsKey(session),
    queryFn: ({ pageParam }) => fetchVisits(session, pageParam),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
  });
  if (error) return <p className="t-bad" role="alert">{t("unreachable")}</p>;
  if (!data) return <GridSkeleton rows={2} height={28} />;
  const rows = data.pages.flatMap((page) => page.results);
  return (
    <div className="support-visits">
      <table>
        <thead><tr><th scope="col">{t("at")}</th><th scope="col">{t("did")}</th><th scope="col">{t("about")}</th><th scope="col">{t("outcome")}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{format.moment(row.at)}</td>
              <td>{t(READING.has(row.method) ? "looked" : "wrote")}</td>
              <td>{row.label && <span>{row.label} </span>}<code>{row.method} {row.path}</code></td>
              <td>{row.status < 400 ? t("done") : <span className="t-bad">{t("refused", { status: row.status })}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasNextPage && <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("more")}</Button>}
    </div>
  );
}
