/** Leaving: what it does, a reason, and the company's address typed by hand. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { dataKey, deleteCompany, type CompanyData } from "./api";

export function DeletionSection({ company }: { company: CompanyData }) {
  const { t } = useTranslation("company-data");
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const remove = useMutation({
    mutationFn: () => deleteCompany(typed.trim(), reason.trim()),
    // The company is closed now: asking anew who I am here shows the page of closed companies.
    onSuccess: () => {
      client.removeQueries({ queryKey: dataKey });
      return client.resetQueries({ queryKey: bootstrapKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) remove.mutate();
  };
  const ready = typed.trim() === company.slug && reason.trim() !== "";
  const close = () => {
    setAsking(false);
    setTyped("");
    remove.reset();
  };
  return (
    <section>
      <div className="about">
        <h2>{t("delete")}</h2>
        <p className="sub">{t("delete_why", { count: company.days_to_undo })}</p>
      </div>
      <div><Button variant="danger" onClick={() => setAsking(true)}>{t("delete_start")}</Button></div>
      <Dialog
        open={asking}
        onClose={close}
        title={t("delete_sure", { name: company.name })}
        sticky
        foot={
          <>
            <Button onClick={close}>{t("delete_keep")}</Button>
            <Button variant="danger" submit form="delete-company" disabled={!ready} busy={remove.isPending}>{t("delete_do")}</Button>
          </>
        }
      >
        <form id="delete-company" className="stack gap" onSubmit={submit}>
          <p>{t("delete_effect", { count: company.days_to_undo })}</p>
          <TextField label={t("reason")} required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
          <TextField
            label={t("type_address", { slug: company.slug })}
            required
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={remove.error ? (isProblem(remove.error) ? remove.error.message : t("unreachable")) : undefined}
          />
        </form>
      </Dialog>
    </section>
  );
}
