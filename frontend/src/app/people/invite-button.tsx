/** Inviting colleagues from the list of members; what is still open is listed and can be taken back. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem, type Problem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { useCan, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { fetchDepartments, fetchInvitations, fetchRoles, invite, revokeInvitation } from "./api";
import "./people.css";

export function InviteButton() {
  const { t } = useTranslation("people");
  const [open, setOpen] = useState(false);
  if (!useCan("access.member.create")) return null;
  return (
    <>
      <Button variant="primary" icon={<UserPlus size={15} />} onClick={() => setOpen(true)}>{t("invite")}</Button>
      {open && <InviteDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { slug } = useTenant();
  const client = useQueryClient();
  const waiting = keyOf(slug, "access.invitation", "list", {});
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const departments = useQuery({ queryKey: keyOf(slug, "access.department", "list", { all: true }), queryFn: fetchDepartments });
  const invitations = useQuery({ queryKey: waiting, queryFn: fetchInvitations });
  const [email, setEmail] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [department, setDepartment] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  const nameOf = (key: string) => roles.data?.find((role) => role.key === key)?.name ?? key;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setProblem(undefined);
      try {
        await invite({ email: email.trim(), roles: chosen, department: department ? Number(department) : null });
        toast(t("invited", { email: email.trim() }));
        setEmail("");
        await client.invalidateQueries({ queryKey: waiting });
      } catch (error) {
        if (!isProblem(error)) throw error;
        setProblem(error);
      }
    });
  };
  const revoke = async (id: number) => {
    await revokeInvitation(id).catch((error: unknown) => toast({ text: isProblem(error) ? error.message : t("unreachable"), tone: "bad" }));
    await client.invalidateQueries({ queryKey: waiting });
  };
  const loose = problem && !problem.errors.some((one) => one.field === "email") ? [problem.message, ...problem.errors.map((one) => one.message)].join(" ") : "";
  return (
    <Dialog open sticky width={520} title={t("invite_title")} onClose={onClose}>
      <form className="invite" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <TextField label={t("mail")} type="email" inputMode="email" autoFocus value={email} onChange={(event) => setEmail(event.target.value)} error={problem?.errorOf("email")} />
        <fieldset>
          <legend>{t("roles")}</legend>
          {roles.data?.map((role) => (
            <CheckLine key={role.key} checked={chosen.includes(role.key)} onChange={(event) => setChosen(event.target.checked ? [...chosen, role.key] : chosen.filter((key) => key !== role.key))}>{role.name}</CheckLine>
          ))}
        </fieldset>
        {departments.data && departments.data.length > 0 && (
          <SelectField label={t("department")} value={department} options={[{ value: "", label: t("no_department") }, ...departments.data.map((one) => ({ value: String(one.id), label: one.name }))]} onChange={(event) => setDepartment(event.target.value)} />
        )}
        <div><Button submit variant="primary" busy={busy} disabled={!email.trim() || chosen.length === 0}>{t("send_invitation")}</Button></div>
      </form>
      {invitations.data && invitations.data.length > 0 && (
        <>
          <h3 className="strong">{t("open_invitations")}</h3>
          <ul className="open-invitations">
            {invitations.data.map((one) => (
              <li key={one.id}>
                <span className="ell"><b>{one.email}</b> <span className="sub">{one.roles.map(nameOf).join(t("comma"))}</span></span>
                <span className="dim xs">{t("good_until", { when: format.moment(one.expires_at) })}</span>
                <Button size="small" variant="text" onClick={() => void revoke(one.id)}>{t("take_back")}</Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
