/** Reservation board: who holds what, by product; locked, claimed, released, re-assigned and taken over here. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { problemText } from "@/platform/records";
import { useDebounced } from "@/platform/records/use-debounced";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { PageHead, Tabs } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { boardDo, fetchBoard, SHOWN, type Shown, type Verb } from "../api/reservation-board";
import { BoardDialog, type Intent } from "../components/board-dialog";
import { BoardProductRows } from "../components/board-product";
import "../components/inventory.css";

export function ReservationBoardPage() {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const [show, setShow] = useState<Shown>("all");
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), 250);
  const [asked, setAsked] = useState<Intent | null>(null);
  const intent = useRef<{ of: string; key: string } | null>(null);
  const key = keyOf(slug, "inventory.reservation", "board", { show, search });
  const board = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchBoard({ show, search, after: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const run = useMutation({
    mutationFn: ({ verb, body }: { verb: Verb; body: Record<string, unknown> }) => {
      // one key per intent: pressing again after a lost answer does nothing twice
      const of = JSON.stringify([verb, body]);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return boardDo(verb, body, intent.current.key);
    },
    onSuccess: (_fresh, { verb }) => { intent.current = null; setAsked(null); toast(t(`board.done_${verb}`)); },
    onError: (error) => { intent.current = null; toast({ tone: "bad", text: problemText(error, said) }); },
    onSettled: () => client.invalidateQueries({ queryKey: [slug, "inventory.reservation"] }),
  });
  const products = board.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <div className="page">
      <PageHead title={t("board.title")} actions={
        <input className="input" type="search" value={typed} aria-label={t("board.search")} placeholder={t("board.search")} onChange={(event) => setTyped(event.target.value)} />
      } />
      <Tabs label={t("board.show")} value={show} onChange={(value) => setShow(value as Shown)} tabs={SHOWN.map((one) => ({ key: one, label: t(`board.show_${one}`) }))} />
      <div className="page-body">
        {board.isPending && <GridSkeleton />}
        {board.error && !board.data && <ErrorState title={t("board.failed")} actions={<Button onClick={() => void board.refetch()}>{t("board.again")}</Button>}>{problemText(board.error, said)}</ErrorState>}
        {board.data && products.length === 0 && <EmptyState title={t(search ? "board.notFound" : "board.none")}>{t(search ? "board.notFoundWhy" : "board.noneWhy")}</EmptyState>}
        {products.map((product) => <BoardProductRows key={product.product.id} product={product} onAsk={setAsked} />)}
        {board.hasNextPage && <p className="iv-more"><Button busy={board.isFetchingNextPage} onClick={() => void board.fetchNextPage()}>{t("board.more")}</Button></p>}
      </div>
      {asked && <BoardDialog intent={asked} busy={run.isPending} onClose={() => setAsked(null)} onRun={(verb, body) => run.mutate({ verb, body })} />}
    </div>
  );
}
