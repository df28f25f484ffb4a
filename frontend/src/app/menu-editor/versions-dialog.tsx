/** Every menu that was published: when, by whom; any of them can be published again. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { Tag } from "@/ui/figures";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { fetchVersions } from "./api";

interface VersionsDialogProps {
  layer: string;
  onClose: () => void;
  onRestore: (number: number) => Promise<void>;
}

export function VersionsDialog({ layer, onClose, onRestore }: VersionsDialogProps) {
  const { t } = useTranslation("menu-editor");
  const { slug } = useTenant();
  const format = useFormat();
  const [busy, run] = useBusy();
  const { data, error, refetch } = useQuery({ queryKey: keyOf(slug, "access.menu", "versions", { layer }), queryFn: () => fetchVersions(layer), gcTime: 0 });
  const restore = (number: number) =>
    run(async () => {
      try {
        await onRestore(number);
        onClose();
      } catch (failure) {
        toast({ text: isProblem(failure) ? failure.message : t("failed"), tone: "bad" });
      }
    });
  return (
    <Dialog open width={560} title={t("versions")} onClose={onClose}>
      {error !== null && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <Delayed><Bone width="60%" /></Delayed>}
      {data?.length === 0 && <EmptyState inline title={t("no_versions")} />}
      {data && data.length > 0 && (
        <ul className="me-versions">
          {data.map((version) => (
            <li key={version.number}>
              <b className="num">{version.number}</b>
              <span className="grow">
                <span>{format.moment(version.at)} · {version.by || "–"}</span>
                <span className="sub xs">{version.restored !== null ? t("brought_back", { number: version.restored }) : t("version_changes", { count: version.changes })}</span>
              </span>
              {version.current ? <Tag>{t("in_force")}</Tag> : <Button size="small" disabled={busy} aria-label={t("publish_version", { number: version.number })} onClick={() => void restore(version.number)}>{t("publish_again")}</Button>}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
