/** One endpoint: how it is, what it was told, what it answered. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records/entity-link";
import { useGo, usePathname } from "@/platform/records/navigation";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { confirm } from "@/ui/overlay/confirm";
import { Drawer } from "@/ui/overlay/dialog";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { PageHead, Tabs } from "@/ui/page";
import { GridSkeleton, PageSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { actOn, changeEndpoint, deleteEndpoint, fetchEndpoint, fetchMessage, fetchMessages, replayMessage, webhooksKey, type Endpoint, type MessageRow } from "./api";
import { EndpointDrawer } from "./endpoint-drawer";
import { SecretDialog } from "./secret-dialog";
import { healthOf, kindOfMessage } from "./states";
import "./webhooks.css";

const idOf = (row: MessageRow) => row.id;
const STATES = ["", "due", "delivered", "failed", "held"];

export function WebhookPage() {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  const go = useGo();
  const client = useQueryClient();
  const id = Number(usePathname().split("/").at(-1)) || 0;
  const may = { update: useCan("webhooks.endpoint.update"), delete: useCan("webhooks.endpoint.delete") };
  const [changing, setChanging] = useState(false);
  const [secret, setSecret] = useState("");
  const { data, error, refetch } = useQuery({ queryKey: [...webhooksKey, id], queryFn: () => fetchEndpoint(id), refetchInterval: 10_000 });
  const refused = (failure: unknown) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" });
  const again = () => client.invalidateQueries({ queryKey: webhooksKey });
  const act = useMutation({
    mutationFn: (verb: "rotate" | "ping" | "replay" | "take-over") => actOn(id, verb),
    onSuccess: (answer, verb) => {
      if (answer.secret) setSecret(answer.secret);
      if (verb === "ping") toast(t("pinged"));
      if (verb === "replay") toast(t("replayed", { count: answer.replayed ?? 0 }));
      void again();
      // The log shows what came of it a moment later.
      if (verb === "ping" || verb === "replay") window.setTimeout(() => void again(), 1500);
    },
    onError: refused,
  });
  const turn = useMutation({ mutationFn: (on: boolean) => changeEndpoint(id, { is_active: on }), onSuccess: again, onError: refused });
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  const health = healthOf(data);
  const remove = async () => {
    if (!(await confirm({ title: t("delete_title", { name: data.name }), body: t("delete_why"), action: t("delete"), keep: t("keep"), danger: true }))) return;
    try {
      await deleteEndpoint(id);
      void again();
      go("/admin/webhooks", { replace: true });
    } catch (failure) {
      refused(failure);
    }
  };
  const rotate = async () => {
    if (await confirm({ title: t("rotate"), body: t("rotate_why"), action: t("rotate"), keep: t("keep") })) act.mutate("rotate");
  };
  return (
    <div className="page">
      <PageHead
        detail
        crumb={<AppLink to="/admin/webhooks">{t("title")}</AppLink>}
        title={data.name}
        after={<Status kind={health.kind}>{t(`health.${health.word}`)}</Status>}
        actions={may.update && (
          <>
            {data.is_active ? <Button busy={act.isPending} onClick={() => act.mutate("ping")}>{t("ping")}</Button> : <Button variant="primary" busy={turn.isPending} onClick={() => turn.mutate(true)}>{t("turn_on")}</Button>}
            {!data.owner.is_active && <Button onClick={() => act.mutate("take-over")}>{t("take_over")}</Button>}
            <Button onClick={() => setChanging(true)}>{t("change")}</Button>
            <Menu
              label={t("more")}
              align="end"
              items={[
                { key: "rotate", label: t("rotate"), onSelect: () => void rotate() },
                { key: "replay", label: t("replay_all"), disabled: data.failed === 0 || !data.is_active, onSelect: () => act.mutate("replay") },
                ...(data.is_active ? [{ key: "off", label: t("turn_off"), onSelect: () => turn.mutate(false) }] : []),
                ...(may.delete ? [{ key: "delete", label: t("delete"), divided: true, onSelect: () => void remove() }] : []),
              ]}
              trigger={(props) => <Button {...props}>{t("more")}</Button>}
            />
          </>
        )}
      />
      {data.stopped_why && !data.is_active && <div className="notice bad" role="status">{t("stopped_why", { why: data.stopped_why })}</div>}
      {data.failing_since && data.is_active && <div className="notice" role="status">{t("failing_since", { when: format.moment(data.failing_since) })}</div>}
      {!data.owner.is_active && <div className="notice" role="status">{t("owner_left", { name: data.owner.label })}</div>}
      <p className="hook-line sub"><code>{data.url}</code><span>{t("as", { name: data.owner.label })}</span><span>{data.events.map((name) => t(`event.${name.replaceAll(".", "_")}`, name)).join(t("comma"))}</span>{data.old_until && new Date(data.old_until) > new Date() && <span>{t("old_signs", { when: format.moment(data.old_until) })}</span>}</p>
      <Log endpoint={data} may={may.update} />
      {changing && <EndpointDrawer endpoint={data} onClose={() => setChanging(false)} onSaved={() => { setChanging(false); void again(); }} />}
      {secret && <SecretDialog secret={secret} note={t("rotated")} onClose={() => setSecret("")} />}
    </div>
  );
}

function Log({ endpoint, may }: { endpoint: Endpoint; may: boolean }) {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  const [state, setState] = useState("");
  const [open, setOpen] = useState<number>();
  const { data, error, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: [...webhooksKey, endpoint.id, "log", state],
    queryFn: ({ pageParam }) => fetchMessages(endpoint.id, state, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.more ? last.results.at(-1)?.id : undefined),
    refetchInterval: 10_000,
  });
  const rows = data?.pages.flatMap((page) => page.results) ?? [];
  const columns: GridColumn<MessageRow>[] = [
    { key: "at", title: t("at"), width: 150, cell: (row) => format.moment(row.created_at) },
    { key: "event", title: t("event_head"), width: 260, emphasised: true, cell: (row) => t(`event.${row.event.replaceAll(".", "_")}`, row.event) },
    { key: "state", title: t("state"), width: 150, cell: (row) => <Status kind={kindOfMessage[row.state]}>{t(`message.${row.state}`)}</Status> },
    { key: "status", title: t("answer"), width: 90, numeric: true, cell: (row) => row.status ?? "–" },
    { key: "ms", title: t("took"), width: 100, numeric: true, cell: (row) => (row.duration_ms === null ? "" : `${row.duration_ms} ms`) },
    { key: "attempts", title: t("attempts"), width: 90, numeric: true, cell: (row) => row.attempts },
    { key: "next", title: t("next"), grow: true, cell: (row) => (row.due_at && row.attempts > 0 ? format.moment(row.due_at) : "") },
  ];
  return (
    <>
      <Tabs label={t("log")} value={state} onChange={setState} tabs={STATES.map((key) => ({ key, label: t(key ? `message.${key}` : "all") }))} />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton />}
      {data && rows.length === 0 && <EmptyState title={t("log_none")}>{t("log_none_why")}</EmptyState>}
      {rows.length > 0 && <Grid label={t("log")} columns={columns} rows={rows} rowKey={idOf} flat hotkeys onOpen={(row) => setOpen(row.id)} onEnd={() => hasNextPage && void fetchNextPage()} />}
      {open !== undefined && <MessageDrawer id={open} may={may && endpoint.is_active} onClose={() => setOpen(undefined)} />}
    </>
  );
}

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function MessageDrawer({ id, may, onClose }: { id: number; may: boolean; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: [...webhooksKey, "message", id], queryFn: () => fetchMessage(id) });
  const replay = useMutation({
    mutationFn: () => replayMessage(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: webhooksKey });
      onClose();
    },
    onError: (failure) => toast({ text: isProblem(failure) ? failure.message : t("unreachable"), tone: "bad" }),
  });
  return (
    <Drawer open width={560} title={data ? t(`event.${data.event.replaceAll(".", "_")}`, data.event) : t("log")} onClose={onClose} foot={may && <Button busy={replay.isPending} onClick={() => replay.mutate()}>{t("replay")}</Button>}>
      {!data && <GridSkeleton rows={4} />}
      {data && (
        <div className="hook-form">
          <p className="sub"><Status kind={kindOfMessage[data.state]}>{t(`message.${data.state}`)}</Status> <code className="xs">{data.message_id}</code></p>
          <h3 className="strong">{t("sent")}</h3>
          <pre className="hook-text">{pretty(data.body)}</pre>
          <h3 className="strong">{t("answered")} {data.status ?? ""}</h3>
          <pre className="hook-text">{data.answer ? pretty(data.answer) : "–"}</pre>
        </div>
      )}
    </Drawer>
  );
}
