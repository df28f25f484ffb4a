/** A role: its name, how far it sees, and its rights as a table. New, look and edit are one page. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem, type Problem } from "@/platform/api/problem";
import { newIdempotencyKey, patch, post } from "@/platform/api/request";
import { AppLink } from "@/platform/records/entity-link";
import { useGo } from "@/platform/records/navigation";
import type { RecordId } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { PageSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchPermissions, fetchRole, rolesPath, type PermissionModule, type RoleRow } from "./api";
import "./people.css";
import { PermissionMatrix } from "./permission-matrix";

export function RolePage({ id }: { entityKey: string; id?: RecordId }) {
  const { slug } = useTenant();
  const permissions = useQuery({ queryKey: keyOf(slug, "access.permission", "list", {}), queryFn: fetchPermissions, staleTime: 300_000 });
  const role = useQuery({ queryKey: keyOf(slug, "access.role", "detail", String(id)), queryFn: () => fetchRole(id as RecordId), enabled: id !== undefined });
  const error = permissions.error ?? role.error;
  if (error) return <ProblemState error={error} retry={() => void (permissions.refetch(), role.refetch())} />;
  if (!permissions.data || (id !== undefined && !role.data)) return <PageSkeleton />;
  return <RoleForm key={role.data?.version} modules={permissions.data} role={role.data} />;
}

function RoleForm({ modules, role }: { modules: PermissionModule[]; role?: RoleRow }) {
  const { t } = useTranslation("people");
  const entity = useEntity("access.role");
  const { slug } = useTenant();
  const client = useQueryClient();
  const go = useGo();
  const [name, setName] = useState(role?.name ?? "");
  const [scope, setScope] = useState(role?.scope ?? "all");
  const [given, setGiven] = useState<ReadonlySet<string>>(() => new Set(role?.permissions));
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  const scopes = entity?.fields.find((field) => field.key === "scope")?.choices ?? [];
  const may = role ? entity?.can.update : entity?.can.create;
  const changed = name !== (role?.name ?? "") || scope !== (role?.scope ?? "all") || [...given].sort().join() !== [...(role?.permissions ?? [])].sort().join();

  const save = () =>
    run(async () => {
      setProblem(undefined);
      const body = { name: name.trim(), permissions: [...given].sort(), ...(scopes.length > 0 && { scope }) };
      try {
        const saved = role ? await patch<RoleRow>(`${rolesPath}${role.id}/`, body, { ifMatch: role.version }) : await post<RoleRow>(rolesPath, body, { idempotencyKey: newIdempotencyKey() });
        client.setQueryData(keyOf(slug, "access.role", "detail", String(saved.id)), saved);
        void client.invalidateQueries({ queryKey: keyOf(slug, "access.role") });
        toast(t("role_saved", { name: saved.name }));
        if (!role) go(`${entity?.route}/${saved.id}`, { replace: true });
      } catch (error) {
        if (!isProblem(error)) throw error;
        setProblem(error);
      }
    });

  return (
    <div className="page">
      <PageHead
        crumb={<AppLink to={entity?.route ?? "/access/roles"}>{entity?.label_plural}</AppLink>}
        title={role ? role.name : t("new_role")}
        after={role && <span className="dim">{role.key}</span>}
        ruled
        actions={may && <Button variant="primary" busy={busy} disabled={!name.trim() || !changed} onClick={() => void save()}>{t(role ? "save_role" : "create_role")}</Button>}
      />
      {problem && <div className="notice bad" role="alert">{[problem.message, ...problem.errors.filter((one) => one.field !== "name").map((one) => one.message)].join(" ")}</div>}
      <div className="page-body people">
        <div className="role-head">
          <TextField label={t("role_name")} value={name} disabled={!may} autoFocus={!role} maxLength={80} onChange={(event) => setName(event.target.value)} error={problem?.errorOf("name")} />
          {scopes.length > 0 && <SelectField label={t("sees")} value={scope} disabled={!may} options={scopes} onChange={(event) => setScope(event.target.value)} note={t("sees_note")} />}
        </div>
        <PermissionMatrix modules={modules} value={given} onChange={setGiven} readOnly={!may} />
      </div>
    </div>
  );
}
