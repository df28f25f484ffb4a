/** Saved views of all lists in one place: whose they are, who sees them, open, share, delete. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCan, useEntities } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Grid } from "@/ui/grid";
import { confirm } from "@/ui/overlay/confirm";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Ellipsis } from "lucide-react";
import "../records.css";
import { useGo } from "../navigation";
import { problemText } from "../problem-text";
import type { SavedView } from "../types";
import { SHARE_VIEWS, useSavedViews, useSaveView } from "../views/use-views";

export function SavedViewsPage() {
  const { t } = useTranslation("records");
  const entities = useEntities();
  const go = useGo();
  const mayShare = useCan(SHARE_VIEWS);
  const views = useSavedViews();
  const { update, remove } = useSaveView({ key: "" });
  const told = (error: unknown) => toast({ tone: "bad", text: problemText(error, t) });
  const rows = useMemo(() => [...(views.data ?? [])].sort((a, b) => a.entity.localeCompare(b.entity) || a.title.localeCompare(b.title)), [views.data]);
  const label = (view: SavedView) => entities[view.entity]?.label_plural ?? view.entity;
  async function drop(view: SavedView) {
    if (await confirm({ title: t("views.deleteTitle", { title: view.title }), body: t(view.shared ? "views.deleteShared" : "views.deleteOwn"), action: t("views.delete"), keep: t("views.keep"), danger: true })) remove.mutate(view, { onError: told });
  }
  if (views.error) return <ErrorState title={t("views.failed")} actions={<Button variant="primary" onClick={() => void views.refetch()}>{t("error.again")}</Button>}>{problemText(views.error, t)}</ErrorState>;
  return (
    <div className="page">
      <PageHead ruled title={t("views.all_title")} />
      {views.isPending ? <GridSkeleton /> : rows.length === 0 ? <EmptyState title={t("views.none")}>{t("views.noneWhy")}</EmptyState> : (
        <Grid<SavedView> label={t("views.all_title")} rows={rows} rowKey={(view) => view.id} flat
          onOpen={(view) => { const entity = entities[view.entity]; if (entity) go(`${entity.route}?view=saved-${view.id}`); }}
          columns={[
            { key: "title", title: t("views.name"), width: 220, grow: true, emphasised: true, cell: (view) => view.title },
            { key: "entity", title: t("views.list"), width: 180, cell: label },
            { key: "owner", title: t("views.owner"), width: 160, cell: (view) => view.owner || "–" },
            { key: "shared", title: t("views.seenBy"), width: 160, cell: (view) => t(view.shared ? "views.everyone" : "views.onlyOwner") },
            { key: "more", title: "", label: t("views.menu"), width: 52, cell: (view) => (view.mine || mayShare) && (
              <Menu label={t("views.menu")} align="end" items={[
                ...(mayShare ? [{ key: "share", label: t(view.shared ? "views.unshare" : "views.share"), onSelect: () => update.mutate({ view, change: { shared: !view.shared } }, { onError: told }) }] : []),
                { key: "delete", label: t("views.delete"), divided: true, onSelect: () => void drop(view) },
              ]} trigger={(props) => <Button {...props} size="small" variant="text" icon={<Ellipsis size={14} />} aria-label={t("views.menu")} />} />
            ) },
          ]} />
      )}
    </div>
  );
}
