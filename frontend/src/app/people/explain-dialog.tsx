/** Why can this person see this, or why not: each thing that was asked, with its answer. */
import { useQuery } from "@tanstack/react-query";
import { UserSearch } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useEntities, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { Mark } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchExplanation, fetchMembers } from "./api";
import "./people.css";

/** On every record: who sees it, and why. */
export function ExplainButton({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("people");
  const [open, setOpen] = useState(false);
  const title = String(record[entity.title_field] ?? "") || entity.label;
  return (
    <>
      <Button icon={<UserSearch size={15} />} aria-label={t("who_sees")} title={t("who_sees")} onClick={() => setOpen(true)} />
      {open && <ExplainDialog title={t("who_sees_record", { record: title })} entity={entity.key} id={record.id} onClose={() => setOpen(false)} />}
    </>
  );
}

interface ExplainDialogProps {
  title: string;
  entity?: string;
  id?: string | number;
  member?: string | number;
  onClose: () => void;
}

export function ExplainDialog({ title, onClose, ...asked }: ExplainDialogProps) {
  return (
    <Dialog open width={560} title={title} onClose={onClose}>
      <Explain {...asked} />
    </Dialog>
  );
}

export function Explain({ entity, id, member }: Omit<ExplainDialogProps, "title" | "onClose">) {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const entities = useEntities();
  const [who, setWho] = useState(member === undefined ? "" : String(member));
  const [what, setWhat] = useState(entity ?? "");
  const members = useQuery({ queryKey: keyOf(slug, "access.member", "list", { all: true }), queryFn: fetchMembers, enabled: member === undefined });
  const answer = useQuery({ queryKey: ["explain", slug, who, what, id], queryFn: () => fetchExplanation(who, what, id), enabled: who !== "" && what !== "", gcTime: 0 });
  const kinds = Object.values(entities).filter((one) => one.route).sort((a, b) => a.label_plural.localeCompare(b.label_plural));
  return (
    <div className="explain">
      {member === undefined && <SelectField label={t("person")} value={who} options={[{ value: "", label: t("choose_person") }, ...(members.data ?? []).map((one) => ({ value: String(one.id), label: one.name }))]} onChange={(event) => setWho(event.target.value)} />}
      {entity === undefined && <SelectField label={t("kind_of_record")} value={what} options={[{ value: "", label: t("choose_kind") }, ...kinds.map((one) => ({ value: one.key, label: one.label_plural }))]} onChange={(event) => setWhat(event.target.value)} />}
      {answer.error !== null && <ProblemState error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isFetching && !answer.data && <Delayed><Bone width="70%" /></Delayed>}
      {answer.data && (
        <div aria-live="polite">
          <p className="verdict"><Mark kind={answer.data.allowed ? "done" : "off"} /><b>{t(answer.data.allowed ? (id === undefined ? "sees_kind" : "sees_it") : id === undefined ? "sees_kind_not" : "sees_it_not")}</b></p>
          <ul className="why">
            {answer.data.reasons.map((reason) => <li key={reason.text}><Mark kind={reason.ok ? "done" : "warn"} /><div>{reason.text}</div></li>)}
            {answer.data.would.length > 0 && <li><Mark kind="open" /><div>{t("would_open", { roles: answer.data.would.join(t("comma")) })}</div></li>}
          </ul>
        </div>
      )}
    </div>
  );
}
