/** Three-level menu editor: columns like a finder, inspector at the right, what will be published at the foot. */
import { useQuery } from "@tanstack/react-query";
import { History, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { DragArea } from "@/ui/drag/drag";
import { Tag } from "@/ui/figures";
import { Menu } from "@/ui/overlay/menu";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchMenu, fetchRoles, type MenuDocument } from "./api";
import { Inspector } from "./inspector";
import { Library } from "./library";
import { MenuColumn } from "./menu-column";
import "./menu-editor.css";
import { childrenOf, levelOf, mayStandIn } from "./model";
import { PreviewDialog } from "./preview-dialog";
import { useMenuDraft } from "./use-menu-draft";
import { VersionsDialog } from "./versions-dialog";

export function MenuPage() {
  const { t } = useTranslation("menu-editor");
  const { slug } = useTenant();
  const [layer, setLayer] = useState("");
  const { data, error, refetch } = useQuery({ queryKey: keyOf(slug, "access.menu", "document", { layer }), queryFn: () => fetchMenu(layer) });
  return (
    <div className="page">
      {data ? <Editor key={`${layer}:${data.version}`} document={data} layer={layer} onLayer={setLayer} /> : <PageHead title={t("title")} ruled />}
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton rows={12} height={36} />}
    </div>
  );
}

const shown = 4;

function Editor({ document, layer, onLayer }: { document: MenuDocument; layer: string; onLayer: (layer: string) => void }) {
  const { t } = useTranslation("menu-editor");
  const { name } = useTenant();
  const { slug } = useTenant();
  const draft = useMenuDraft(document, layer);
  const [history, setHistory] = useState(false);
  const { nodes, picked, changes } = draft;
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { short: true }), queryFn: fetchRoles, staleTime: 60_000 });
  const trail = draft.trail;
  const columns = ["", trail[0], trail[1]] as const;
  const node = nodes.find((one) => one.id === picked);

  return (
    <>
      <PageHead
        title={t("title")}
        after={
          <select className="input me-layer" aria-label={t("whose_menu")} value={layer} onChange={(event) => onLayer(event.target.value)}>
            <option value="">{t("everyone_in", { company: name })}</option>
            {roles.data?.map((role) => <option key={role.key} value={role.key}>{t("only_role", { role: role.name })}</option>)}
          </select>
        }
        actions={
          <>
            {changes.length > 0 && <span className="xs sub me-count">{t("unpublished", { count: changes.length })} · {t(draft.kept ? "draft_kept" : "draft_keeping")}</span>}
            {changes.length > 0 ? (
              <Button variant="text" icon={<RotateCcw size={14} />} onClick={draft.discard}>{t("discard")}</Button>
            ) : (
              draft.patched && <Button variant="text" icon={<RotateCcw size={14} />} onClick={() => void draft.reset()}>{t("reset")}</Button>
            )}
            <Button variant="text" icon={<History size={14} />} onClick={() => setHistory(true)}>{t("versions")}</Button>
            <Menu
              label={t("preview_as")}
              align="end"
              items={(roles.data ?? []).map((role) => ({ key: role.key, label: role.name, onSelect: () => draft.setPreview(role) }))}
              trigger={(props) => <button type="button" className="btn" disabled={!roles.data?.length} {...props}>{t("preview_as")}</button>}
            />
            <Button variant="primary" disabled={changes.length === 0} busy={draft.publishing} onClick={() => void draft.publish()}>{t("publish")}</Button>
          </>
        }
      />
      {draft.failure && <div className="notice bad" role="alert">{draft.failure}</div>}
      <DragArea
        onDrop={draft.drop}
        accepts={(source, target) => draft.landing(source, target) !== null}
        ghost={(source) => <div className="me-i ghost">{nodes.find((one) => one.id === source)?.title}</div>}
      >
        <div className="me-cols">
          {columns.map((parent, at) => (
            <MenuColumn
              key={at}
              level={at + 1}
              parent={parent}
              items={parent === undefined ? [] : childrenOf(nodes, parent)}
              nodes={nodes}
              open={trail[at]}
              picked={picked}
              onPick={draft.pick}
              onMove={draft.move}
              onStep={draft.step}
              onToggle={(id, hidden) => draft.change(id, { hidden })}
              onRename={draft.pick}
              onAdd={parent === undefined ? undefined : () => draft.addIn(parent)}
            >
              {at === 2 && parent !== undefined && <Library draft={draft} parent={parent} />}
            </MenuColumn>
          ))}
          <Inspector
            key={picked}
            node={node}
            level={node ? levelOf(nodes, node.id) : 0}
            parents={node ? nodes.filter((one) => !one.page && one.id !== node.parent && mayStandIn(nodes, node.id, one.id)) : []}
            parent={nodes.find((one) => one.id === node?.parent)}
            entry={document.added.find((one) => one.id === picked) ?? draft.patch.added.find((one) => one.id === picked)}
            fallback={document.defaults.find((one) => one.id === picked)?.title ?? ""}
            roles={roles.data ?? []}
            onChange={(more) => node && draft.change(node.id, more)}
            onEntry={(more) => node && draft.changeEntry(node.id, more)}
            onRemove={node?.own ? () => draft.removeOwn(node.id) : undefined}
          />
        </div>
      </DragArea>
      <div className="me-diff">
        {changes.length === 0 ? (
          <span className="sub">{t("nothing_to_publish")}</span>
        ) : (
          <>
            <b>{t("to_publish")}</b>
            {changes.slice(0, shown).map((change) => (
              <span key={change.id}><Tag>{t(`kind_${change.kind}`)}</Tag>{change.title}</span>
            ))}
            {changes.length > shown && <span className="sub">{t("and_more", { count: changes.length - shown })}</span>}
          </>
        )}
        <span className="grow" />
        <span className="sub me-when">{t("seen_at_once")}</span>
      </div>
      {draft.preview && <PreviewDialog role={draft.preview} patch={draft.patch} layer={layer} onClose={() => draft.setPreview(undefined)} />}
      {history && <VersionsDialog layer={layer} onClose={() => setHistory(false)} onRestore={draft.restore} />}
    </>
  );
}
