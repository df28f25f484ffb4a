/** Name of a view, and who sees it. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import type { EntityMeta, SavedView } from "../types";
import { SHARE_VIEWS, useSaveView } from "./use-views";
import { useCan } from "@/platform/session/session";

interface SaveViewDialogProps {
  entity: EntityMeta;
  content: { filters: Record<string, string>; order: string[]; columns: string[] };
  /** Renames this one instead of making a new one. */
  view?: SavedView;
  onClose: () => void;
  onSaved: (view: SavedView) => void;
}

export function SaveViewDialog({ entity, content, view, onClose, onSaved }: SaveViewDialogProps) {
  const { t } = useTranslation("records");
  const { create, update } = useSaveView(entity);
  const mayShare = useCan(SHARE_VIEWS);
  const [title, setTitle] = useState(view?.title ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const failed = create.error ?? update.error;
  const problem = isProblem(failed) ? failed.errorOf("title") ?? failed.errors[0]?.message ?? (failed.detail || failed.title) : failed ? t("error.unreachable") : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!title.trim()) return;
    if (view) update.mutate({ view, change: { title: title.trim(), shared } }, { onSuccess: onSaved });
    else create.mutate({ ...content, title: title.trim(), shared }, { onSuccess: onSaved });
  }
  return (
    <Dialog open onClose={onClose} width={400} title={view ? t("views.rename") : t("views.save")}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button variant="primary" submit form="save-view" busy={create.isPending || update.isPending} disabled={!title.trim()}>{view ? t("views.renameDo") : t("views.saveDo")}</Button></>}>
      <form id="save-view" className="stack rf-dialog" onSubmit={submit}>
        <TextField label={t("views.name")} value={title} autoFocus maxLength={80} error={problem} note={view ? undefined : t("views.what")} onChange={(event) => setTitle(event.target.value)} />
        {mayShare && <CheckLine checked={shared} onChange={(event) => setShared(event.target.checked)}>{t("views.shareWith")}</CheckLine>}
      </form>
    </Dialog>
  );
}
