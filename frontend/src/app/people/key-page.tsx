/** A new API key: name, what it may do, until when. Its token is shown once and never again. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem, type Problem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { AppLink } from "@/platform/records/entity-link";
import { useGo } from "@/platform/records/navigation";
import { RecordFormPage } from "@/platform/records/pages";
import type { RecordId } from "@/platform/records/types";
import { useEntity, useSession } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { PageHead } from "@/ui/page";
import { PageSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { createKey, fetchPermissions } from "./api";
import "./people.css";
import { PermissionMatrix } from "./permission-matrix";

/** A key that exists is changed like any record; only its making is special. */
export function KeyPage({ entityKey, id }: { entityKey: string; id?: RecordId }) {
  return id === undefined ? <NewKey /> : <RecordFormPage entityKey={entityKey} id={id} />;
}

function NewKey() {
  const { t } = useTranslation("people");
  const { tenant, permissionSet } = useSession();
  const entity = useEntity("access.api_key");
  const client = useQueryClient();
  const go = useGo();
  const permissions = useQuery({ queryKey: keyOf(tenant.slug, "access.permission", "list", {}), queryFn: fetchPermissions, staleTime: 300_000 });
  const [name, setName] = useState("");
  const [until, setUntil] = useState("");
  const [given, setGiven] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<Problem>();
  const [token, setToken] = useState("");
  const [copied, setCopied] = useState(false);
  const [busy, run] = useBusy();
  if (permissions.error) return <ProblemState error={permissions.error} retry={() => void permissions.refetch()} />;
  if (!permissions.data) return <PageSkeleton />;

  const create = () =>
    run(async () => {
      setProblem(undefined);
      try {
        const key = await createKey({ name: name.trim(), permissions: [...given].sort(), expires_at: until ? `${until}T23:59:59Z` : null });
        setToken(key.token);
        void client.invalidateQueries({ queryKey: keyOf(tenant.slug, "access.api_key") });
      } catch (error) {
        if (!isProblem(error)) throw error;
        setProblem(error);
      }
    });
  const done = () => go(entity?.route ?? "/access/api-keys", { replace: true });

  return (
    <div className="page">
      <PageHead
        crumb={<AppLink to={entity?.route ?? "/access/api-keys"}>{entity?.label_plural}</AppLink>}
        title={t("new_key")}
        ruled
        actions={<Button variant="primary" busy={busy} disabled={!name.trim() || given.size === 0} onClick={() => void create()}>{t("create_key")}</Button>}
      />
      {problem && <div className="notice bad" role="alert">{[problem.message, ...problem.errors.map((one) => one.message)].join(" ")}</div>}
      <div className="page-body people">
        <div className="role-head">
          <TextField label={t("key_name")} autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} error={problem?.errorOf("name")} note={t("key_name_note")} />
          <DayField label={t("key_until")} min={tenant.today} value={until} onChange={setUntil} clearable error={problem?.errorOf("expires_at")} note={t("key_until_note")} />
        </div>
        <PermissionMatrix modules={permissions.data} value={given} onChange={setGiven} only={permissionSet} />
      </div>
      <Dialog open={token !== ""} sticky width={560} title={t("token_title")} onClose={done} foot={<Button variant="primary" onClick={done}>{t("token_kept")}</Button>}>
        <p>{t("token_why")}</p>
        <div className="token">
          <code>{token}</code>
          <Button size="small" icon={copied ? <Check size={14} /> : <Copy size={14} />} onClick={() => void navigator.clipboard.writeText(token).then(() => setCopied(true))}>{t(copied ? "copied" : "copy")}</Button>
        </div>
      </Dialog>
    </div>
  );
}
