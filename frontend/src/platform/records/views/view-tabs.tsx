/** Saved views as tabs with counts; the last one saves what is on screen as a new view. */
import { EllipsisVertical, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { confirm } from "@/ui/overlay/confirm";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { Tabs } from "@/ui/page";
import { isProblem } from "@/platform/api/problem";
import { toRecord } from "../filters/model";
import { useViewCounts, type RecordList } from "../list/use-record-list";
import { useCan } from "@/platform/session/session";
import { ALL, SHARE_VIEWS, useSaveView } from "./use-views";

const SaveViewDialog = lazy(() => import("./save-view-dialog").then((module) => ({ default: module.SaveViewDialog })));

export function ViewTabs({ list, columns }: { list: RecordList; columns: string[] }) {
  const { t } = useTranslation("records");
  const counts = useViewCounts(list);
  const { update, remove } = useSaveView(list.entity);
  const [dialog, setDialog] = useState<"new" | "rename" | null>(null);
  const saved = list.tab.saved;
  const mayShare = useCan(SHARE_VIEWS);
  const told = (error: unknown) => toast({ tone: "bad", text: isProblem(error) ? error.detail || error.title : t("error.unreachable") });
  const content = { filters: toRecord(list.filters), order: list.sort, columns };

  async function drop() {
    if (!saved) return;
    const sure = await confirm({ title: t("views.deleteTitle", { title: saved.title }), body: saved.shared ? t("views.deleteShared") : t("views.deleteOwn"), action: t("views.delete"), keep: t("views.keep"), danger: true });
    if (sure) remove.mutate(saved, { onSuccess: () => list.setView(ALL), onError: told });
  }

  const menu = saved && (saved.mine || mayShare) && (
    <Menu label={t("views.menu")} align="start"
      items={[
        ...(list.changed ? [{ key: "update", label: t("views.update"), onSelect: () => update.mutate({ view: saved, change: content }, { onError: told, onSuccess: () => list.reset() }) }] : []),
        { key: "rename", label: t("views.rename"), onSelect: () => setDialog("rename") },
        ...(mayShare ? [{ key: "share", label: saved.shared ? t("views.unshare") : t("views.share"), onSelect: () => update.mutate({ view: saved, change: { shared: !saved.shared } }, { onError: told }) }] : []),
        { key: "delete", label: t("views.delete"), divided: true, onSelect: () => void drop() },
      ]}
      trigger={(props) => <Button {...props} size="small" variant="text" icon={<EllipsisVertical size={14} />} aria-label={t("views.menu")} />} />
  );
  return (
    <>
      <Tabs label={t("views.label")} value={list.tab.key} onChange={list.setView}
        tabs={list.views.map((view) => ({ key: view.key, label: view.title, count: counts[view.key] }))}
        extra={<>
          {menu}
          <Button size="small" variant="text" icon={<Plus size={14} />} aria-label={t("views.save")} title={t("views.save")} onClick={() => setDialog("new")} />
        </>} />
      {dialog && (
        <Suspense fallback={null}>
          <SaveViewDialog entity={list.entity} content={content} view={dialog === "rename" ? saved : undefined} onClose={() => setDialog(null)}
            onSaved={(view) => { setDialog(null); list.setView(`saved-${view.id}`); }} />
        </Suspense>
      )}
    </>
  );
}
