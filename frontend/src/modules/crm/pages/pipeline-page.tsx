/** The pipeline: a lane per stage, cards that move by hand or by keyboard; sums follow the card. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { AppLink, problemText } from "@/platform/records";
import { fetchPage, runAction } from "@/platform/records/api";
import { useGo } from "@/platform/records/navigation";
import type { Page, Ref, Row } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Board, type BoardLane } from "@/ui/board/board";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { PageSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import "./pipeline.css";

const QUIET_DAYS = 14;

function quiet(row: Row, today: string): boolean {
  const changed = String(row.changed_at ?? row.created_at ?? "").slice(0, 10);
  return changed !== "" && (Date.parse(today) - Date.parse(changed)) / 86_400_000 > QUIET_DAYS;
}

const stageOf = (row: Row) => String((row.stage as Ref | null)?.id ?? "");

export function PipelinePage() {
  const { t } = useTranslation("crm");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const go = useGo();
  const { slug, today } = useTenant();
  const client = useQueryClient();
  const deals = useEntity("crm.opportunity")!;
  const stages = useEntity("crm.stage");
  const mayMove = useCan("crm.opportunity.move");
  const pipelines = useEntity("crm.pipeline");
  const [chosen, setChosen] = useState("");
  const { data: choices } = useQuery({
    queryKey: keyOf(slug, "crm.pipeline", "list", "board"),
    queryFn: ({ signal }) => fetchPage(pipelines!, { is_active: true, limit: 100 }, signal),
    enabled: pipelines !== undefined,
  });
  const ways = (choices?.results ?? []) as Row[];
  const way = chosen || String(ways[0]?.id ?? "");
  const filter = { state: "open", limit: 500, ...(way && { pipeline: way }) };
  const key = keyOf(slug, deals.key, "list", ["board", filter]);
  const { data: page } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchPage(deals, filter, signal), enabled: pipelines === undefined || choices !== undefined, placeholderData: keepPreviousData });
  const { data: lanesPage } = useQuery({
    queryKey: keyOf(slug, "crm.stage", "list", "board"),
    queryFn: ({ signal }) => fetchPage(stages!, { is_active: true, limit: 100 }, signal),
    enabled: stages !== undefined,
  });
  const move = useMutation({
    mutationFn: ({ row, stage }: { row: Row; stage: string }) => runAction(deals, row.id, "move", { stage: Number(stage) }, row.version),
    // the card lies where it was put at once; a refusal puts it back and says why
    onMutate: async ({ row, stage }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Page>(key);
      client.setQueryData<Page>(key, (old) => old && { ...old, results: old.results.map((item) => (item.id === row.id ? { ...item, stage: { ...(item.stage as Ref), id: Number(stage) } } : item)) });
      return { before };
    },
    onError: (error, _call, context) => { client.setQueryData(key, context?.before); toast({ tone: "bad", text: problemText(error, said) }); },
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(slug, deals.key) }),
  });
  if (!page || !lanesPage) return <PageSkeleton />;
  const stageRows = (lanesPage.results as Row[]).filter((row) => (row.kind === "open" || row.kind === undefined) && (!way || String((row.pipeline as Ref | null)?.id ?? way) === way));
  const lanes: BoardLane[] = stageRows.map((row) => ({ key: String(row.id), title: String(row.name), label: String(row.name) }));
  const chance = new Map(stageRows.map((row) => [String(row.id), String(row.probability ?? "")]));
  const sum = (rows: readonly Row[]) => rows.reduce((all, row) => all + Math.round(Number(row.amount ?? 0) * 100), 0) / 100;
  const rows = page.results as Row[];
  return (
    <div className="page">
      <PageHead title={t("pipeline.title")} after={<span className="dim">{t("pipeline.count", { count: rows.length, amount: format.money(String(sum(rows))) })}</span>}
        actions={<>
          {ways.length > 1 && <select className="input cr-way" aria-label={t("pipeline.way")} value={way} onChange={(event) => setChosen(event.target.value)}>{ways.map((row) => <option key={row.id} value={String(row.id)}>{String(row.name)}</option>)}</select>}
          {deals.can.create && <AppLink className="btn primary" to={`${deals.route}/new`}><Plus size={15} />{t("pipeline.create")}</AppLink>}
        </>} />
      {rows.length === 0 && <EmptyState inline title={t("pipeline.none")}>{t("pipeline.noneWhy")}</EmptyState>}
      <Board<Row> label={t("pipeline.title")} lanes={lanes} cards={rows} cardKey={(row) => row.id} laneOf={stageOf}
        canMove={() => mayMove} onMove={(row, stage) => move.mutate({ row, stage })} onOpen={(row) => go(`${deals.route}/${row.id}`)}
        cardClass={(row) => (quiet(row, today) ? "quiet" : undefined)}
        laneNote={(lane, cards) => <>{format.money(String(sum(cards)))}{chance.get(lane.key) && <span className="dim"> · {format.percent(chance.get(lane.key)!, null)}</span>}</>}
        emptyLane={<p className="dim xs">{t("pipeline.empty")}</p>}
        renderCard={(row) => (
          <>
            <p className="cr-top"><b className="medium ell">{(row.party as Ref | null)?.label ?? String(row.name)}</b><span>{format.money(String(row.amount ?? "0"))}</span></p>
            <p className="sub ell">{String(row.name ?? "")}</p>
            <p className="cr-top xs dim"><span className="ell">{(row.owner as Ref | null)?.label ?? t("pipeline.nobody")}</span>
              {row.expected_close ? <span className={String(row.expected_close) < today ? "t-bad" : undefined}>{format.day(String(row.expected_close))}</span> : null}</p>
          </>
        )} />
    </div>
  );
}
