/** The books prove themselves: one line for each thing that must be true, looked at again every minute. */
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Joint } from "@/ui/joint";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { fetchBooks } from "./api";
import "../pages/finance.css";
import "./ledger.css";

export function BooksPage() {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const format = useFormat();
  const { data, error, isPending, isFetching, refetch } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "books", []), queryFn: ({ signal }) => fetchBooks(signal), refetchInterval: 60_000 });
  const wrong = data?.results.filter((one) => one.findings.length > 0).length ?? 0;
  return (
    <div className="page">
      <PageHead title={t("bk.title")} after={data && <Status kind={wrong === 0 ? "done" : "late"}>{wrong === 0 ? t("bk.proved") : t("bk.wrong", { count: wrong })}</Status>} actions={<Button icon={<RefreshCw size={15} />} busy={isFetching} onClick={() => void refetch()}>{t("bk.again")}</Button>} />
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("bk.failed")}>{problemText(error, said)}</ErrorState>}
      {data && (
        <ul className="bk-list">
          {data.results.map((one) => (
            <li key={one.key}>
              <Joint fit={one.findings.length === 0 ? 1 : 0} bad />
              <div><b className="medium">{one.title}</b>{one.findings.map((finding) => <p key={finding} className="t-bad">{finding}</p>)}</div>
              <span className="dim num">{t("bk.took", { time: format.number(one.milliseconds) })}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
