/** Lending for a while: a whole role, or single rights and how far they reach; with an end and a reason. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem, type Problem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import type { Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { Segmented, SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { Bone, Delayed } from "@/ui/states/skeleton";
import { fetchRoles, lend } from "./api";
import { PermissionMatrix } from "./permission-matrix";
import { usePermissions } from "./right-names";

type Kind = "role" | "rights";

export function LendDialog({ member, onClose, onLent }: { member: Row; onClose: () => void; onLent: () => void }) {
  const { t } = useTranslation("people");
  const { slug, today } = useTenant();
  const [kind, setKind] = useState<Kind>("role");
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const permissions = usePermissions(kind === "rights");
  const scopes = useEntity("access.grant")?.fields.find((field) => field.key === "scope")?.choices ?? [];
  const [role, setRole] = useState("");
  const [codes, setCodes] = useState<ReadonlySet<string>>(new Set());
  const [scope, setScope] = useState("own");
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  const held = Array.isArray(member.roles) ? (member.roles as string[]) : [];
  const chosen = kind === "role" ? role !== "" : codes.size > 0;
  // A day ends where the person who lends stands.
  const moment = (day: string, clock: string) => new Date(`${day}T${clock}`).toISOString();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setProblem(undefined);
      try {
        const what = kind === "role" ? { role } : { permissions: [...codes].sort(), scope };
        await lend({ member: member.id, ...what, ...(since && since > today && { since: moment(since, "00:00:00") }), until: moment(until, "23:59:59"), reason: reason.trim() });
        toast(t(kind === "role" ? "lent" : "lent_rights"));
        onLent();
        onClose();
      } catch (error) {
        if (!isProblem(error)) throw error;
        setProblem(error);
      }
    });
  };
  return (
    <Dialog
      open
      sticky
      width={kind === "role" ? 460 : 880}
      title={t("lend_title", { name: String(member.name ?? "") })}
      onClose={onClose}
      foot={<><Button onClick={onClose}>{t("put_back")}</Button><Button variant="primary" submit form="lend" busy={busy} disabled={!chosen || !until || !reason.trim()}>{kind === "role" ? t("lend_do") : t("lend_rights_do", { count: codes.size })}</Button></>}
    >
      <form id="lend" className="invite" onSubmit={submit} noValidate>
        {problem && <p className="t-bad" role="alert">{[problem.message, ...problem.errors.map((one) => one.message)].join(" ")}</p>}
        <div><Segmented label={t("lend_what")} value={kind} onChange={setKind} options={[{ value: "role", label: t("lend_a_role") }, { value: "rights", label: t("lend_single") }]} /></div>
        {kind === "role" && (
          <SelectField label={t("role")} value={role} options={[{ value: "", label: t("choose_role") }, ...(roles.data ?? []).filter((one) => one.key !== "owner" && !held.includes(one.key)).map((one) => ({ value: one.key, label: one.name }))]} onChange={(event) => setRole(event.target.value)} />
        )}
        {kind === "rights" && (
          <>
            <div className="lend-rights">
              {permissions.data ? <PermissionMatrix modules={permissions.data} value={codes} onChange={setCodes} /> : <Delayed><Bone width="70%" /></Delayed>}
            </div>
            <SelectField label={t("sees")} value={scope} options={scopes.map((one) => ({ value: String(one.value), label: one.label }))} onChange={(event) => setScope(event.target.value)} note={t("lend_scope_note")} />
          </>
        )}
        <div className="f2">
          <DayField label={t("lend_since")} min={today} value={since} onChange={setSince} />
          <DayField label={t("lend_until")} min={since || today} value={until} onChange={setUntil} />
        </div>
        <TextField label={t("lend_reason")} maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} note={t("lend_reason_note")} />
      </form>
    </Dialog>
  );
}
