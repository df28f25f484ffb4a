/** The roles of a member, on their page: what they may do follows from these alone. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import type { EntityMeta, Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { CheckLine } from "@/ui/controls";
import { fetchRoles, saveMemberRoles } from "./api";
import "./people.css";

export function MemberRoles({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const client = useQueryClient();
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const now = Array.isArray(record.roles) ? (record.roles as string[]) : [];
  const [chosen, setChosen] = useState<string[]>();
  const [failure, setFailure] = useState("");
  const [busy, run] = useBusy();
  const shown = chosen ?? now;
  const save = () =>
    run(async () => {
      setFailure("");
      try {
        const saved = await saveMemberRoles(record.id, record.version, shown);
        client.setQueryData(keyOf(slug, entity.key, "detail", String(record.id)), saved);
        void client.invalidateQueries({ queryKey: keyOf(slug, entity.key) });
        setChosen(undefined);
      } catch (error) {
        setFailure(isProblem(error) ? [error.message, ...error.errors.map((one) => one.message)].join(" ") : t("unreachable"));
      }
    });
  return (
    <section className="member-roles">
      <h3 className="strong">{t("roles")}</h3>
      <p className="sub xs">{t("roles_why")}</p>
      <div className="role-checks">
        {(roles.data ?? []).map((role) => (
          <CheckLine key={role.key} checked={shown.includes(role.key)} disabled={!entity.can.update} onChange={(event) => setChosen(event.target.checked ? [...shown, role.key] : shown.filter((key) => key !== role.key))}>{role.name}</CheckLine>
        ))}
      </div>
      {failure && <p className="t-bad" role="alert">{failure}</p>}
      {chosen && (
        <div className="row">
          <Button variant="primary" size="small" busy={busy} onClick={() => void save()}>{t("save_roles")}</Button>
          <Button variant="text" size="small" onClick={() => setChosen(undefined)}>{t("put_back")}</Button>
        </div>
      )}
    </section>
  );
}
