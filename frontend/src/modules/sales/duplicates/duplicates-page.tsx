/** One company on several rows: which remains, what each field will say, and all of them made one at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Combine, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { AppLink, problemText } from "@/platform/records";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check, Segmented } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchGroups, sendMerges, undoMerge, type Group, type Outcome, type Plan, type Role } from "./api";
import { AnyTwo } from "./any-two";
import { GroupCard } from "./group-card";
import "./duplicates.css";

/** Of one group: which remains, and whose values are taken. */
export interface Decision { survivor: number; choices: Record<string, number> }

const nameOf = (group: Group): string => group.parties.map((party) => party.id).join("-");
const planOf = (group: Group, made: Decision): Plan => ({ survivor: made.survivor, absorbed: group.parties.map((party) => party.id).filter((id) => id !== made.survivor), choices: made.choices });

export function DuplicatesPage() {
  const { t } = useTranslation("duplicates");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const may = useCan("shared.party.merge");
  const merges = useEntity("shared.party_merge");
  const [role, setRole] = useState<Role>("customer");
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [decisions, setDecisions] = useState<Record<string, Decision>>({});
  const [added, setAdded] = useState<Group[]>([]);
  const [adding, setAdding] = useState(false);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "shared.party", "duplicates", role), queryFn: ({ signal }) => fetchGroups(role, signal) });
  const groups = [...added, ...(data?.results.filter((group) => !added.some((own) => nameOf(own) === nameOf(group))) ?? [])];
  const decided = (group: Group): Decision => decisions[nameOf(group)] ?? { survivor: group.survivor, choices: {} };
  // Two tax numbers make two companies until somebody has chosen between them.
  const ready = (group: Group): boolean => !group.two_companies || "tax_id" in decided(group).choices;
  const chosen = groups.filter((group) => ticked.has(nameOf(group)) && ready(group));
  const open = groups.filter(ready);
  const reload = () => client.invalidateQueries({ queryKey: keyOf(slug, "shared.party") });

  const back = async (outcomes: Outcome[]) => {
    for (const { merges: made = [] } of [...outcomes].reverse()) for (const merge of [...made].reverse()) await undoMerge(merge.id);
    await reload();
  };
  const merge = useMutation({
    mutationFn: (wanted: Group[]) => sendMerges(wanted.map((group) => planOf(group, decided(group)))),
    onSuccess: async ({ results }, wanted) => {
      const failed: Record<string, string> = {};
      results.forEach(({ problem }, index) => { if (problem) failed[nameOf(wanted[index]!)] = problem.detail || problem.title; });
      setRefused(failed);
      setTicked(new Set(Object.keys(failed)));
      setAdded((old) => old.filter((group) => nameOf(group) in failed || !wanted.includes(group)));
      const done = results.filter((one) => !one.problem);
      const moved = done.flatMap((one) => one.merges ?? []).reduce((sum, one) => sum + one.moved, 0);
      if (done.length) toast({ text: t("done", { count: done.length, moved }), undo: () => back(done) });
      await reload();
    },
    onError: (problem) => toast({ text: problemText(problem, said), tone: "bad" }),
  });
  const tick = (name: string, on: boolean) => setTicked((old) => { const next = new Set(old); if (on) next.add(name); else next.delete(name); return next; });

  return (
    <div className="page">
      <PageHead
        title={t("title")}
        after={data && <span className="sub">{t("count", { count: data.count })}</span>}
        actions={
          <>
            {merges && <AppLink className="btn" to={merges.route}>{t("merges")}</AppLink>}
            {may && <Button icon={<Plus size={14} />} aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("others")}</Button>}
            {may && <Button variant="primary" icon={<Combine size={14} />} busy={merge.isPending} disabled={chosen.length === 0} onClick={() => merge.mutate(chosen)}>{chosen.length ? t("merge", { count: chosen.length }) : t("mergeNone")}</Button>}
          </>
        }
      />
      <div className="du-bar">
        {may && <Check aria-label={t("all")} checked={open.length > 0 && chosen.length === open.length} indeterminate={chosen.length > 0 && chosen.length < open.length} onChange={(event) => setTicked(new Set(event.target.checked ? open.map(nameOf) : []))} />}
        <Segmented small label={t("who")} value={role} onChange={(next) => { setRole(next); setTicked(new Set()); }} options={[{ value: "customer", label: t("customers") }, { value: "supplier", label: t("suppliers") }]} />
        <span className="sub xs">{t("how")}</span>
      </div>
      {adding && <AnyTwo onClose={() => setAdding(false)} onFound={(group) => { setAdded((old) => [group, ...old.filter((own) => nameOf(own) !== nameOf(group))]); tick(nameOf(group), true); setAdding(false); }} />}
      {isPending && <GridSkeleton />}
      {error && <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>}
      {data && groups.length === 0 && <EmptyState title={t("none")}>{t("noneWhy")}</EmptyState>}
      <ul className="du-groups">
        {groups.map((group) => {
          const name = nameOf(group);
          return (
            <GroupCard
              key={name} group={group} decision={decided(group)} ticked={ticked.has(name) && ready(group)} may={may} ready={ready(group)} refused={refused[name]}
              onTick={(on) => tick(name, on)} onDecide={(made) => { setDecisions((old) => ({ ...old, [name]: made })); if (may) tick(name, true); }}
            />
          );
        })}
      </ul>
      {data && data.count > data.results.length && <p className="du-more sub">{t("more", { count: data.count - data.results.length })}</p>}
    </div>
  );
}
