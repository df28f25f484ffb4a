/** What is asked of whoever comes in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem } from "@/platform/api/problem";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { Status } from "@/ui/status";
import { ProblemState } from "../errors/problem-state";
import { fetchPolicy, savePolicy, securityKey, type Policy } from "./api";

export function PolicyTab() {
  const { data, error, refetch } = useQuery({ queryKey: [...securityKey, "policy"], queryFn: fetchPolicy });
  if (error !== null && !data) return <ProblemState error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton rows={4} height={48} />;
  return (
    <>
      <FactorSection policy={data} />
      <NetworksSection key={data.allowed_addresses.join()} policy={data} />
    </>
  );
}

function useSave() {
  const { t } = useTranslation("security");
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem>();
  const save = useMutation({
    mutationFn: savePolicy,
    onSuccess: (policy) => {
      setProblem(undefined);
      client.setQueryData([...securityKey, "policy"], policy);
      void client.invalidateQueries({ queryKey: [...securityKey, "changes"] });
      toast(t("saved"));
    },
    onError: (error) => {
      if (isProblem(error)) setProblem(error);
      else toast({ text: t("unreachable"), tone: "bad" });
    },
  });
  return { save, problem };
}

function FactorSection({ policy }: { policy: Policy }) {
  const { t } = useTranslation("security");
  const format = useFormat();
  const [days, setDays] = useState("7");
  const { save, problem } = useSave();
  const on = policy.mfa_required_from !== null;
  const missing = policy.without_second_factor;
  return (
    <section>
      <div className="about">
        <h2>{t("factor")}</h2>
        <p className="sub">{t("factor_policy_why")}</p>
      </div>
      <div className="stack">
        <Status kind={on ? "done" : "draft"}>{on && policy.mfa_required_from ? t("factor_on", { when: format.moment(policy.mfa_required_from) }) : t("factor_off")}</Status>
        {on ? (
          <div><Button busy={save.isPending} onClick={() => save.mutate({ mfa: false })}>{t("factor_stop")}</Button></div>
        ) : (
          <form className="inline" onSubmit={(event) => { event.preventDefault(); save.mutate({ mfa: true, grace_days: Number(days) || 0 }); }}>
            <TextField label={t("grace")} inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value.replace(/\D/g, "").slice(0, 2))} suffix={t("days")} error={problem?.errorOf("grace_days")} />
            <Button submit variant="primary" busy={save.isPending}>{t("factor_begin")}</Button>
          </form>
        )}
        <p className="sub">{missing.length === 0 ? t("all_have") : t("missing", { count: missing.length, of: policy.members })}</p>
        {missing.length > 0 && <ul className="missing">{missing.slice(0, 30).map((one) => <li key={one.id}>{one.name} <span className="dim">{one.email}</span></li>)}</ul>}
        <p className="sub xs">{t("keys_go_on")}</p>
      </div>
    </section>
  );
}

function NetworksSection({ policy }: { policy: Policy }) {
  const { t } = useTranslation("security");
  const [text, setText] = useState(policy.allowed_addresses.join("\n"));
  const { save, problem } = useSave();
  const wrong = problem?.errors.map((one) => one.message).join(" ");
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const changed = lines.join("\n") !== policy.allowed_addresses.join("\n");
  return (
    <section>
      <div className="about">
        <h2>{t("networks")}</h2>
        <p className="sub">{t("networks_why")}</p>
      </div>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); save.mutate({ allowed_addresses: lines }); }}>
        <Status kind={policy.allowed_addresses.length ? "done" : "draft"}>{policy.allowed_addresses.length ? t("networks_on", { count: policy.allowed_addresses.length }) : t("networks_off")}</Status>
        <Field label={t("networks_list")} note={t("networks_note")} error={wrong}>
          {(ids) => <textarea {...ids} className="input mono" rows={6} spellCheck={false} placeholder={"203.0.113.0/24\n2001:db8::/32"} value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        {policy.your_address && (
          <p className="sub">
            {t("your_address", { ip: policy.your_address })}{" "}
            {!lines.includes(policy.your_address) && <Button size="small" variant="text" onClick={() => setText([...lines, policy.your_address].join("\n"))}>{t("add_mine")}</Button>}
          </p>
        )}
        <div><Button submit variant="primary" busy={save.isPending} disabled={!changed}>{t("save")}</Button></div>
      </form>
    </section>
  );
}
