/** What I was told, the latest first: opening one leads to the record and marks it as read. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { useGo } from "@/platform/records/navigation";
import { useEntities, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Who } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchNotifications, markRead, PAGE, type Notification } from "./api";

export function NotificationList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("notifications");
  const { slug } = useTenant();
  const client = useQueryClient();
  const go = useGo();
  const entities = useEntities();
  const told = useInfiniteQuery({
    queryKey: [slug, "notifications", "list"],
    queryFn: ({ pageParam }) => fetchNotifications(pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.results.length === PAGE ? page.results.at(-1)?.id : undefined),
  });
  const read = useMutation({ mutationFn: markRead, onSettled: () => client.invalidateQueries({ queryKey: [slug, "notifications"] }) });
  const rows = told.data?.pages.flatMap((page) => page.results) ?? [];
  const open = (row: Notification) => {
    if (!row.read) read.mutate([row.id]);
    const entity = entities[row.entity];
    if (entity) go(`${entity.route}/${row.record_id}`);
    onClose();
  };
  return (
    <div className="told">
      <header>
        <h2>{t("title")}</h2>
        <span className="grow" />
        {rows.some((row) => !row.read) && <Button variant="text" size="small" busy={read.isPending} onClick={() => read.mutate(undefined)}>{t("read_all")}</Button>}
      </header>
      {told.isPending && <GridSkeleton rows={3} height={56} />}
      {told.isError && <ErrorState inline title={t("failed")} actions={<Button size="small" onClick={() => void told.refetch()}>{t("again")}</Button>} />}
      {told.isSuccess && rows.length === 0 && <EmptyState title={t("none")}>{t("none_hint")}</EmptyState>}
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <button type="button" className={row.read ? undefined : "fresh"} onClick={() => open(row)}>
                <Who name={row.author} />
                <Line row={row} icon={entities[row.entity]?.icon} />
                {!row.read && <i className="dot" role="img" aria-label={t("unread")} />}
              </button>
            </li>
          ))}
        </ul>
      )}
      {told.hasNextPage && <Button variant="text" size="small" busy={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>{t("older")}</Button>}
    </div>
  );
}

function Line({ row, icon }: { row: Notification; icon?: string }) {
  const { t } = useTranslation("notifications");
  const format = useFormat();
  return (
    <span className="told-line">
      <span><b>{row.author}</b> {t(row.kind)} <time className="dim num" dateTime={row.created_at}>{format.moment(row.created_at)}</time></span>
      <span className="told-record ell">{icon && <Icon name={icon} size={13} />}{row.label}</span>
      {row.excerpt && <span className="told-excerpt">{row.excerpt}</span>}
    </span>
  );
}
