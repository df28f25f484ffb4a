/** Before a what-if becomes the plan: what stands against it, change by change; then all that are chosen, or none. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import type { RecordId } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/overlay/dialog";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { applyChanges, type Change, type Conflict } from "./api";
import { changeWords, subjectOf } from "./change-words";

interface Props { scenario: RecordId; changes: Change[]; onClose: () => void; onDone: () => void; onWithout: (changes: number[]) => void }

export function ApplyDialog({ scenario, changes, onClose, onDone, onWithout }: Props) {
  const { t } = useTranslation("whatif");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const ids = changes.map((change) => change.id);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "production.scenario", "conflicts", ids), queryFn: () => applyChanges(scenario, ids, false), staleTime: 0, gcTime: 0 });
  const apply = useMutation({ mutationFn: () => applyChanges(scenario, ids, true), onSuccess: onDone });
  const against = new Map((data?.conflicts ?? []).map((conflict) => [conflict.change, conflict]));
  const fine = ids.filter((id) => !against.has(id));
  const failure = apply.error ?? error;
  return (
    <Dialog open sticky width={640} title={t("applyTitle", { count: changes.length })} onClose={onClose}
      foot={<>
        <Button onClick={onClose}>{said("cancel")}</Button>
        {against.size > 0 && fine.length > 0 && <Button onClick={() => onWithout(fine)}>{t("without", { count: fine.length })}</Button>}
        <Button variant="primary" busy={apply.isPending} disabled={!data || against.size > 0} onClick={() => apply.mutate()}>{t("applyAll")}</Button>
      </>}>
      {failure && <p className="t-bad" role="alert">{problemText(failure, said)}</p>}
      {!data && !error && <GridSkeleton rows={3} />}
      {data && <p className="sub">{against.size > 0 ? t("conflictsWhy") : t("noConflicts")}</p>}
      <ul className="wi-rows">
        {data && changes.map((change) => (
          <li key={change.id}>
            <span className="wi-what"><b className="medium">{t(`kind.${change.kind}`)}</b> {subjectOf(change)} <span className="sub">{changeWords(change, t, format)}</span></span>
            {against.has(change.id) ? <Against conflict={against.get(change.id)!} /> : <Status kind="done">{t("fine")}</Status>}
          </li>
        ))}
      </ul>
      {data && against.size === 0 && <p className="sub xs">{t("applyHow")}</p>}
    </Dialog>
  );
}

const text = (value: unknown): string => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));

function Against({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation("whatif");
  const plain = conflict.fields.filter((field) => typeof field.was !== "object" || typeof field.now !== "object" || field.was === null || field.now === null);
  return (
    <span className="wi-against">
      <Status kind="late">{conflict.kind === "refused" ? t("refused") : t(`conflict.${conflict.kind}`)}</Status>
      {conflict.kind === "refused" && <span className="t-bad">{conflict.text}</span>}
      {plain.map((field) => <span key={field.name} className="sub">{t(`seen.${field.name}`)}: <del>{text(field.was)}</del> → <b>{text(field.now)}</b></span>)}
    </span>
  );
}
