/** Events that reached nobody after all attempts: what failed, and delivering it again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { fetchDeadLetters, replayDeadLetter, type DeadLetter } from "./api";

const idOf = (letter: DeadLetter) => letter.id;

export function DeadLettersPage() {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const may = useCan("access.dead_letter.replay");
  const key = keyOf(slug, "events.dead_letter", "list", {});
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: fetchDeadLetters });
  const replay = useMutation({
    mutationFn: replayDeadLetter,
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  const columns: GridColumn<DeadLetter>[] = [
    { key: "event", title: t("event"), width: 220, emphasised: true, cell: (letter) => letter.event },
    { key: "handler", title: t("handler"), width: 260, cell: (letter) => letter.handler },
    { key: "error", title: t("error"), width: 360, cell: (letter) => <span className="t-bad" title={letter.error}>{letter.error}</span> },
    { key: "attempts", title: t("attempts"), width: 90, numeric: true, cell: (letter) => letter.attempts },
    { key: "at", title: t("happened"), width: 130, numeric: true, cell: (letter) => format.moment(letter.created_at) },
    { key: "act", title: "", label: t("deliver_again"), width: 130, cell: (letter) => may && <Button size="small" disabled={replay.isPending} onClick={() => replay.mutate(letter.id)}>{t("deliver_again")}</Button> },
  ];
  return (
    <div className="page">
      <PageHead title={t("dead_letters")} after={data && data.length > 0 && <span className="dim">{data.length}</span>} ruled={!data?.length} />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton />}
      {data?.length === 0 && <EmptyState title={t("no_dead_letters")}>{t("no_dead_letters_why")}</EmptyState>}
      {data && data.length > 0 && <Grid label={t("dead_letters")} columns={columns} rows={data} rowKey={idOf} />}
    </div>
  );
}
