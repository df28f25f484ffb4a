/** What is lent, until when, why, and its end before that: of one member, or of all whose time is not over. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records/entity-link";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { endGrant, fetchGrants, fetchRoles, type GrantRow } from "./api";
import { useRightNames } from "./right-names";

const over = (grant: GrantRow) => grant.ended_at !== null || Date.parse(grant.until) <= Date.now();
const toCome = (grant: GrantRow) => Date.parse(grant.since) > Date.now();
const shown = 3;

export function GrantList({ member }: { member?: string | number }) {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const format = useFormat();
  const client = useQueryClient();
  const mayEnd = useCan("access.grant.end");
  const person = useEntity("access.member");
  const scopes = useEntity("access.grant")?.fields.find((field) => field.key === "scope")?.choices ?? [];
  const grants = useQuery({ queryKey: keyOf(slug, "access.grant", "list", { member: member === undefined ? "" : String(member) }), queryFn: () => fetchGrants(member) });
  const roles = useQuery({ queryKey: keyOf(slug, "access.role", "list", { all: true }), queryFn: fetchRoles });
  const rows = (grants.data ?? []).filter((grant) => member !== undefined || !over(grant));
  const rightNames = useRightNames(rows.some((grant) => grant.permissions.length > 0));
  const nameOf = (grant: GrantRow) => (grant.role ? (roles.data?.find((role) => role.key === grant.role)?.name ?? grant.role) : t("single_rights", { count: grant.permissions.length }));
  const when = (grant: GrantRow) => {
    if (over(grant)) return t("grant_over", { when: format.moment(grant.ended_at ?? grant.until) });
    return t(toCome(grant) ? "grant_to_come" : "grant_until", { when: format.moment(grant.until), since: format.moment(grant.since) });
  };
  const end = async (grant: GrantRow) => {
    if (!(await confirm({ title: t("end_title", { what: nameOf(grant), name: grant.member.label }), body: t("end_why"), action: t("end_now"), danger: true }))) return;
    await endGrant(grant.id).catch((error: unknown) => toast({ text: isProblem(error) ? error.message : t("unreachable"), tone: "bad" }));
    await client.invalidateQueries({ queryKey: keyOf(slug, "access.grant") });
  };
  if (!grants.data) return member === undefined ? <GridSkeleton rows={2} height={44} /> : null;
  if (rows.length === 0) return member === undefined ? <EmptyState inline title={t("no_grants")}>{t("no_grants_why")}</EmptyState> : null;
  return (
    <ul className="grants" aria-label={t("grants")}>
      {rows.map((grant) => {
        const lines = rightNames(grant.permissions);
        const reach = grant.permissions.length > 0 && scopes.find((one) => one.value === grant.scope)?.label;
        return (
          <li key={grant.id} className={over(grant) ? "off" : undefined}>
            <div className="what">
              <p>
                {member === undefined && <><AppLink to={`${person?.route ?? "/access/members"}/${grant.member.id}`}>{grant.member.label}</AppLink> · </>}
                <b>{nameOf(grant)}</b>{reach && <span className="sub"> · {reach}</span>}
              </p>
              {grant.permissions.length > 0 && <p className="sub xs" title={lines.join("\n")}>{lines.slice(0, shown).join(t("semicolon"))}{lines.length > shown && t("and_more", { count: lines.length - shown })}</p>}
              <p className="sub xs">{grant.reason}</p>
            </div>
            <span className="dim xs">{when(grant)}</span>
            {mayEnd && !over(grant) && <Button size="small" aria-label={t("end_grant", { role: nameOf(grant) })} onClick={() => void end(grant)}>{t("end_now")}</Button>}
          </li>
        );
      })}
    </ul>
  );
}
