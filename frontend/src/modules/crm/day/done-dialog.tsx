/** Done, and what comes next: nothing with a customer ends without a next step, unless somebody means it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { runAction } from "@/platform/records/api";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Field, SelectField, TextField } from "@/ui/controls";
import { addDays } from "@/ui/format/date";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { KINDS, type Kind, type Task } from "./api";

interface Props {
  task: Task;
  /** The next day that is worked. */
  nextWorking: string;
  onClose: () => void;
}

export function DoneDialog({ task, nextWorking, onClose }: Props) {
  const { t } = useTranslation("day");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { today } = useTenant();
  const entity = useEntity("crm.activity")!;
  const client = useQueryClient();
  const [outcome, setOutcome] = useState("");
  const [next, setNext] = useState("");
  const [subject, setSubject] = useState("");
  const [kind, setKind] = useState<Kind>(task.kind);
  const send = useMutation({
    mutationFn: () => runAction(entity, task.id, "done", {
      outcome: outcome.trim(), ...(next && { next_on: next, next_kind: kind, next_subject: subject.trim() }),
    }, task.version),
    onSuccess: async () => {
      toast(next ? t("doneNext", { day: format.near(next) }) : t("doneToast"));
      onClose();
      await client.invalidateQueries();
    },
  });
  const problem = isProblem(send.error) ? send.error : undefined;
  const loose = send.error && !problem?.errors.some((one) => ["outcome", "next_on", "next_subject"].includes(one.field)) ? problemText(send.error, said) : "";
  const submit = (event: FormEvent) => { event.preventDefault(); send.mutate(); };
  const days: [string, string][] = [["", t("noNext")], [nextWorking, format.near(nextWorking)], [addDays(today, 3), t("inDays", { count: 3 })], [addDays(today, 7), t("inDays", { count: 7 })], [addDays(today, 14), t("inDays", { count: 14 })]];
  return (
    <Dialog open sticky width={480} title={task.subject} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="activity-done" busy={send.isPending}>{t("done")}</Button></>}>
      <form id="activity-done" className="dy-form" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <Field label={t("outcome")} error={problem?.errorOf("outcome")}>
          {(ids) => <textarea {...ids} className="input" rows={3} maxLength={500} autoFocus value={outcome} onChange={(event) => setOutcome(event.target.value)} />}
        </Field>
        <fieldset className="dy-next">
          <legend>{t("next")}</legend>
          <div className="dy-chips" role="radiogroup" aria-label={t("next")}>
            {days.filter(([day], n) => n < 2 || day !== nextWorking).map(([day, label]) => (
              <button key={day} type="button" role="radio" aria-checked={next === day} className="dy-chip" onClick={() => setNext(day)}>{label}</button>
            ))}
          </div>
          {next && (
            <>
              <TextField label={t("nextWhat")} placeholder={task.subject} maxLength={200} value={subject} onChange={(event) => setSubject(event.target.value)} error={problem?.errorOf("next_subject")} />
              <div className="dy-pair">
                <DayField label={t("nextOn")} value={next} min={today} onChange={setNext} error={problem?.errorOf("next_on")} />
                <SelectField label={t("nextKind")} value={kind} onChange={(event) => setKind(event.target.value as Kind)} options={KINDS.map((one) => ({ value: one, label: t(`kind.${one}`) }))} />
              </div>
            </>
          )}
        </fieldset>
      </form>
    </Dialog>
  );
}
