/** What a member holds for a while, what should not be held together, and why they see what they see. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Hourglass, UserSearch } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem, type Problem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { endGrant, fetchDuties, fetchGrants, fetchRoles, lend, type GrantRow } from "./api";
import { DutyNotice } from "./duty-notice";
import { ExplainDialog } from "./explain-dialog";
import "./people.css";

const over = (grant: GrantRow) => grant.ended_at !== null || Date.parse(grant.until) <= Date.now();

export function MemberGrants({ record }: { record: Row }) {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const format = useFormat();
  const client = useQueryClient();
  const [lending, setLending] = useState(false);
  const [asking, setAsking] = useState(false);
  const [mayLend, mayEnd] = [useCan("access.grant.create"), useCan("access.grant.end")];
  const key = keyOf(slug, "access.grant", "list", { member: String(record.id) });
  const grants = useQuery({ queryKey: key, queryFn: () => fetchGrants(record.id) });
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const duties = useQuery({ queryKey: keyOf(slug, "access.role", "duties", { member: String(record.id), version: record.version }), queryFn: () => fetchDuties(record.id) });
  const clashes = duties.data?.members[0]?.clashes ?? [];
  const nameOf = (grant: GrantRow) => (grant.role ? (roles.data?.find((role) => role.key === grant.role)?.name ?? grant.role) : t("single_rights", { count: grant.permissions.length }));
  const end = async (grant: GrantRow) => {
    await endGrant(grant.id).catch((error: unknown) => toast({ text: isProblem(error) ? error.message : t("unreachable"), tone: "bad" }));
    await client.invalidateQueries({ queryKey: key });
  };
  return (
    <section className="member-roles">
      {duties.data && clashes.length > 0 && <DutyNotice duties={duties.data.duties} clashes={clashes} />}
      <div className="grants-head">
        <h3 className="strong">{t("grants")}</h3>
        <span className="grow" />
        <Button size="small" icon={<UserSearch size={14} />} onClick={() => setAsking(true)}>{t("why_sees")}</Button>
        {mayLend && <Button size="small" icon={<Hourglass size={14} />} onClick={() => setLending(true)}>{t("lend_role")}</Button>}
      </div>
      <p className="sub xs">{t("grants_why")}</p>
      {grants.data && grants.data.length > 0 && (
        <ul className="grants">
          {grants.data.map((grant) => (
            <li key={grant.id} className={over(grant) ? "off" : undefined}>
              <span className="ell"><b>{nameOf(grant)}</b> <span className="sub">{grant.reason}</span></span>
              <span className="dim xs">{over(grant) ? t("grant_over", { when: format.moment(grant.ended_at ?? grant.until) }) : t("grant_until", { when: format.moment(grant.until) })}</span>
              {mayEnd && !over(grant) && <Button size="small" variant="text" aria-label={t("end_grant", { role: nameOf(grant) })} onClick={() => void end(grant)}>{t("end_now")}</Button>}
            </li>
          ))}
        </ul>
      )}
      {lending && <LendDialog member={record} onClose={() => setLending(false)} onLent={() => void client.invalidateQueries({ queryKey: key })} />}
      {asking && <ExplainDialog title={t("why_sees_title", { name: String(record.name ?? "") })} member={record.id} onClose={() => setAsking(false)} />}
    </section>
  );
}

function LendDialog({ member, onClose, onLent }: { member: Row; onClose: () => void; onLent: () => void }) {
  const { t } = useTranslation("people");
  const { slug, today } = useTenant();
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const [role, setRole] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  const held = Array.isArray(member.roles) ? (member.roles as string[]) : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setProblem(undefined);
      try {
        await lend({ member: member.id, role, until: `${until}T23:59:59Z`, reason: reason.trim() });
        toast(t("lent"));
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
      width={440}
      title={t("lend_title", { name: String(member.name ?? "") })}
      onClose={onClose}
      foot={<><Button onClick={onClose}>{t("put_back")}</Button><Button variant="primary" submit form="lend" busy={busy} disabled={!role || !until || !reason.trim()}>{t("lend_do")}</Button></>}
    >
      <form id="lend" className="invite" onSubmit={submit} noValidate>
        {problem && <p className="t-bad" role="alert">{[problem.message, ...problem.errors.map((one) => one.message)].join(" ")}</p>}
        <SelectField label={t("role")} value={role} options={[{ value: "", label: t("choose_role") }, ...(roles.data ?? []).filter((one) => one.key !== "owner" && !held.includes(one.key)).map((one) => ({ value: one.key, label: one.name }))]} onChange={(event) => setRole(event.target.value)} />
        <DayField label={t("lend_until")} min={today} value={until} onChange={setUntil} />
        <TextField label={t("lend_reason")} maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} note={t("lend_reason_note")} />
      </form>
    </Dialog>
  );
}
