/** What a member holds for a while, what should not be held together, and why they see what they see. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Hourglass, UserSearch } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { fetchDuties } from "./api";
import { DutyNotice } from "./duty-notice";
import { ExplainDialog } from "./explain-dialog";
import { GrantList } from "./grant-list";
import { LendDialog } from "./lend-dialog";
import "./people.css";

export function MemberGrants({ record }: { record: Row }) {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const client = useQueryClient();
  const [lending, setLending] = useState(false);
  const [asking, setAsking] = useState(false);
  const mayLend = useCan("access.grant.create");
  const duties = useQuery({ queryKey: keyOf(slug, "access.role", "duties", { member: String(record.id), version: record.version }), queryFn: () => fetchDuties(record.id) });
  const clashes = duties.data?.members[0]?.clashes ?? [];
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
      <GrantList member={record.id} />
      {lending && <LendDialog member={record} onClose={() => setLending(false)} onLent={() => void client.invalidateQueries({ queryKey: keyOf(slug, "access.grant") })} />}
      {asking && <ExplainDialog title={t("why_sees_title", { name: String(record.name ?? "") })} member={record.id} onClose={() => setAsking(false)} />}
    </section>
  );
}
