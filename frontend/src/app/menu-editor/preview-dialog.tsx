import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { groupsOf } from "@/platform/menu/menu";
import { Icon } from "@/ui/icon";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { previewMenu, type RoleRow } from "./api";
import type { Patch } from "./model";

/** The menu as one role would see it, with the changes that are not published yet; the server works it out. */
export function PreviewDialog({ role, patch, layer, onClose }: { role: RoleRow; patch: Patch; layer: string; onClose: () => void }) {
  const { t } = useTranslation("menu-editor");
  const { data, error, refetch } = useQuery({ queryKey: ["menu-preview", role.key, layer, patch], queryFn: () => previewMenu(patch, role.key, layer), gcTime: 0 });
  return (
    <Dialog open width={720} title={t("preview_title", { role: role.name })} onClose={onClose}>
      {error !== null && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <Delayed><Bone width="60%" /></Delayed>}
      {data?.length === 0 && <EmptyState inline title={t("preview_none")} />}
      {data && data.length > 0 && (
        <div className="me-preview">
          {data.map((module) => (
            <div key={module.id}>
              <h3><Icon name={module.icon} size={15} />{module.title}</h3>
              {groupsOf(module).map((group) => (
                <div key={group.id}>
                  {group.title !== "" && <h4>{group.title}</h4>}
                  {group.pages.map((page) => <p key={page.id}>{page.title}</p>)}
                </div>
              ))}
            </div>
          ))}
        </div>
      )}
    </Dialog>
  );
}
