/** Rights looked through: why somebody sees something, and duties that should be apart. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { AppLink } from "@/platform/records/entity-link";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { Mark } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchDuties, type Clash, type Duties } from "./api";
import { Explain } from "./explain-dialog";
import { GrantList } from "./grant-list";
import "./people.css";

export function RightsPage() {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const seesGrants = useCan("access.grant.view");
  const { data, error, refetch } = useQuery({ queryKey: keyOf(slug, "access.role", "duties", {}), queryFn: () => fetchDuties() });
  return (
    <div className="page">
      <PageHead title={t("rights_title")} ruled />
      <div className="page-body people rights">
        <Box title={t("why_sees")}><Explain /></Box>
        {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
        {!data && !error && <GridSkeleton rows={4} height={44} />}
        <div className="rights-right">
          {data && <Box title={t("duties")}><Found data={data} /></Box>}
          {seesGrants && <Box title={t("grants")}><GrantList /></Box>}
        </div>
      </div>
    </div>
  );
}

function Found({ data }: { data: Duties }) {
  const { t } = useTranslation("people");
  const role = useEntity("access.role");
  const member = useEntity("access.member");
  const titleOf = (clash: Clash) => data.duties.find((duty) => duty.key === clash.key)?.title ?? clash.key;
  const rows = [
    ...data.members.map((one) => ({ key: `m${one.id}`, name: one.name, to: `${member?.route ?? "/access/members"}/${one.id}`, kind: t("person"), clashes: one.clashes })),
    ...data.roles.map((one) => ({ key: `r${one.id}`, name: one.name, to: `${role?.route ?? "/access/roles"}/${one.id}`, kind: t("role"), clashes: one.clashes })),
  ];
  if (rows.length === 0) return <EmptyState inline title={t("duties_apart")}>{t("duties_apart_why", { count: data.duties.length })}</EmptyState>;
  return (
    <ul className="found-duties">
      {rows.map((row) => (
        <li key={row.key}>
          <span><AppLink to={row.to}>{row.name}</AppLink> <span className="dim xs">{row.kind}</span></span>
          <ul>
            {row.clashes.map((clash) => (
              <li key={clash.key}>
                <Mark kind="warn" />
                <div>
                  {titleOf(clash)}
                  <p className="sub xs">{clash.left.join(t("comma"))} + {clash.right.join(t("comma"))}</p>
                </div>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
