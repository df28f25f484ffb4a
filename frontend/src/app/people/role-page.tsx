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
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { PageSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchDuties, fetchPermissions, fetchRole, fetchShipped, rolesPath, type EntityRights, type PermissionModule, type RoleRow } from "./api";
import { DutyNotice } from "./duty-notice";
import "./people.css";
import { PermissionMatrix } from "./permission-matrix";
import { FieldsDialog } from "./reach-cell";

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
  const [name, setName] = useState(role?.title ?? role?.name ?? "");
  const [scope, setScope] = useState(role?.scope ?? "all");
  const [given, setGiven] = useState<ReadonlySet<string>>(() => new Set(role?.permissions));
  const [perEntity, setPerEntity] = useState(role?.scopes ?? {});
  const [fieldRules, setFieldRules] = useState(role?.field_rules ?? {});
  const [fieldsOf, setFieldsOf] = useState<EntityRights>();
  const [against, setAgainst] = useState("");
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const shipped = useQuery({ queryKey: keyOf(slug, "access.role", "shipped", {}), queryFn: fetchShipped, staleTime: Infinity });
  const duties = useQuery({ queryKey: keyOf(slug, "access.role", "duties", {}), queryFn: () => fetchDuties() });
  const other = shipped.data?.find((one) => one.key === against);
  const all = modules.flatMap((module) => module.permissions.map((permission) => permission.code));
  const holds = (codes: Iterable<string>) => { const set = new Set(codes); return set.has("*") ? new Set(all) : set; };
  const [mine, theirs] = [holds(given), holds(other?.permissions ?? [])];
  const more = all.filter((code) => mine.has(code) && !theirs.has(code)).length;
  const less = all.filter((code) => !mine.has(code) && theirs.has(code)).length;
  const [problem, setProblem] = useState<Problem>();
  const [busy, run] = useBusy();
  const scopes = entity?.fields.find((field) => field.key === "scope")?.choices ?? [];
  const may = role ? entity?.can.update : entity?.can.create;
  const changed = name !== (role?.title ?? role?.name ?? "") || scope !== (role?.scope ?? "all") || [...given].sort().join() !== [...(role?.permissions ?? [])].sort().join() || JSON.stringify([perEntity, fieldRules]) !== JSON.stringify([role?.scopes ?? {}, role?.field_rules ?? {}]);

  const save = () =>
    run(async () => {
      setProblem(undefined);
      const body = { name: name.trim(), permissions: [...given].sort(), ...(scopes.length > 0 && { scope, scopes: perEntity, field_rules: fieldRules }) };
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
        title={role ? (role.title ?? role.name) : t("new_role")}
        after={role && <span className="dim">{role.key}</span>}
        ruled
        actions={may && <Button variant="primary" busy={busy} disabled={!name.trim() || !changed} onClick={() => void save()}>{t(role ? "save_role" : "create_role")}</Button>}
      />
      {problem && <div className="notice bad" role="alert">{[problem.message, ...problem.errors.filter((one) => one.field !== "name").map((one) => one.message)].join(" ")}</div>}
      <div className="page-body people">
        <div className="role-head">
          <TextField label={t("role_name")} value={name} disabled={!may} autoFocus={!role} maxLength={80} onChange={(event) => setName(event.target.value)} error={problem?.errorOf("name")} />
          {scopes.length > 0 && <SelectField label={t("sees")} value={scope} disabled={!may} options={scopes} onChange={(event) => setScope(event.target.value)} note={t("sees_note")} />}
          {shipped.data && <SelectField label={t("compare_with")} value={against} options={[{ value: "", label: t("compare_none") }, ...shipped.data.map((one) => ({ value: one.key, label: one.name }))]} onChange={(event) => setAgainst(event.target.value)} />}
        </div>
        {other && (
          <div className="compare" role="status">
            <span>{more + less === 0 ? t("compare_same", { role: other.name }) : t("compare_differs", { role: other.name, more, less })}</span>
            <CheckLine checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.target.checked)}>{t("only_different")}</CheckLine>
            {may && more + less > 0 && !other.permissions.includes("*") && <Button size="small" onClick={() => { setGiven(new Set(other.permissions)); setScope(other.scope); setPerEntity(other.scopes); }}>{t("take_shipped")}</Button>}
          </div>
        )}
        {duties.data && !given.has("*") && <DutyNotice duties={duties.data.duties} codes={given} />}
        <PermissionMatrix
          modules={modules}
          value={given}
          onChange={setGiven}
          readOnly={!may}
          shipped={other && new Set(other.permissions)}
          onlyDifferent={onlyDifferent && other !== undefined}
          reach={scopes.length > 0 ? { scope, choices: scopes.map((one) => ({ value: String(one.value), label: one.label })), scopes: perEntity, fieldRules, onScopes: setPerEntity, onFields: setFieldsOf } : undefined}
        />
        {fieldsOf && <FieldsDialog entity={fieldsOf} rules={fieldRules} readOnly={!may} onChange={setFieldRules} onClose={() => setFieldsOf(undefined)} />}
      </div>
    </div>
  );
}
