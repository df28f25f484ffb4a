/** Support access: letting staff in for a time, taking it back, and reading what they did. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { endSupport, fetchSupport, grantSupport, supportKey, type SupportAccess, type SupportScope } from "./api";
import { Sessions } from "./sessions";
import "./support-access.css";

export function SupportPage() {
  const { t } = useTranslation("support-access");
  const { data, error, refetch } = useQuery({ queryKey: supportKey, queryFn: fetchSupport, refetchInterval: (query) => (query.state.data?.grant ? 15_000 : false) });
  return (
    <div className="page">
      <PageHead title={t("title")} ruled />
      <div className="page-body support-access">
        {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
        {!data && !error && <GridSkeleton rows={3} height={64} />}
        {data && <Consent access={data} />}
        {data && (
          <section>
            <div className="about">
              <h2>{t("visits")}</h2>
              <p className="sub">{t("visits_why")}</p>
            </div>
            <Sessions sessions={data.sessions} />
          </section>
        )}
      </div>
    </div>
  );
}

function useChanged() {
  const client = useQueryClient();
  return (access: SupportAccess) => {
    client.setQueryData(supportKey, access);
    void client.invalidateQueries({ queryKey: bootstrapKey });
  };
}

function Consent({ access }: { access: SupportAccess }) {
  const { t } = useTranslation("support-access");
  const format = useFormat();
  const changed = useChanged();
  const end = useMutation({ mutationFn: endSupport, onSuccess: changed });
  const { grant } = access;
  return (
    <section>
      <div className="about">
        <h2>{t("consent")}</h2>
        <p className="sub">{t("consent_why")}</p>
      </div>
      <div className="stack">
        {grant && (
          <>
            <p><Status kind="warn">{t("open")}</Status> {t(`scope_${grant.scope}`)}, {t("until", { until: format.moment(grant.until) })}</p>
            <p className="sub">{grant.reason} · {t("granted_by", { by: grant.granted_by, at: format.moment(grant.granted_at) })}</p>
            {access.may_grant && <div><Button variant="danger" busy={end.isPending} onClick={() => end.mutate()}>{t("end")}</Button></div>}
            {end.error !== null && <p className="t-bad" role="alert">{isProblem(end.error) ? end.error.message : t("unreachable")}</p>}
          </>
        )}
        {!grant && <div><Status kind="off">{t("shut")}</Status><p className="sub">{t("shut_why")}</p></div>}
        {!grant && access.may_grant && <GrantForm hours={access.hours} />}
        {!access.may_grant && <p className="sub">{t("owners_only")}</p>}
      </div>
    </section>
  );
}

function GrantForm({ hours }: { hours: number[] }) {
  const { t } = useTranslation("support-access");
  const changed = useChanged();
  const [scope, setScope] = useState<SupportScope>("read_only");
  const [length, setLength] = useState(String(hours[1] ?? hours[0]));
  const [reason, setReason] = useState("");
  const grant = useMutation({ mutationFn: () => grantSupport({ hours: Number(length), scope, reason: reason.trim() }), onSuccess: changed });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    grant.mutate();
  };
  const span = (n: number) => (n % 24 === 0 ? t("days", { count: n / 24 }) : t("hours", { count: n }));
  return (
    <form className="stack" onSubmit={submit}>
      <div className="two">
        <SelectField label={t("how_far")} value={scope} onChange={(event) => setScope(event.target.value as SupportScope)} options={(["read_only", "full"] as const).map((value) => ({ value, label: t(`scope_${value}`) }))} note={t(`scope_${scope}_why`)} />
        <SelectField label={t("how_long")} value={length} onChange={(event) => setLength(event.target.value)} options={hours.map((n) => ({ value: String(n), label: span(n) }))} />
      </div>
      <TextField label={t("reason")} required minLength={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t("reason_example")} error={grant.error ? (isProblem(grant.error) ? grant.error.message : t("unreachable")) : undefined} />
      <div><Button variant="primary" submit busy={grant.isPending} disabled={reason.trim().length < 3}>{t("grant")}</Button></div>
    </form>
  );
}
