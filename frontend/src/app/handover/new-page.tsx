/** The wizard: who leaves and when, what they look after and who takes it, what ends; then one step. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { AppLink } from "@/platform/records/entity-link";
import { useGo, useSearchText } from "@/platform/records/navigation";
import { useMe } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { PageHead } from "@/ui/page";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchMembers, fetchPreview, handoversKey, startHandover, type Preview } from "./api";
import { blindSpots, emptyDraft, inputOf, movingCount, type Draft, type When } from "./draft";
import "./handover.css";
import { SharesTable } from "./shares-table";

export function NewHandoverPage() {
  const { t } = useTranslation("handover");
  const asked = Number(new URLSearchParams(useSearchText()).get("member")) || 0;
  const go = useGo();
  const me = useMe();
  const members = useQuery({ queryKey: [...handoversKey, "members"], queryFn: fetchMembers });
  const preview = useQuery({ queryKey: [...handoversKey, "preview", asked], queryFn: () => fetchPreview(asked), enabled: asked > 0 });
  const options = (members.data ?? []).filter((one) => one.id !== me.member_id).map((one) => ({ value: String(one.id), label: one.is_active ? `${one.name} · ${one.email}` : `${one.name} · ${t("left")}` }));
  return (
    <div className="page">
      <PageHead crumb={<AppLink to="/admin/handover">{t("title")}</AppLink>} title={t("new")} ruled />
      <div className="page-body handover">
        <section>
          <div className="about">
            <h2>{t("who")}</h2>
            <p className="sub">{t("who_why")}</p>
          </div>
          {members.error ? <ProblemState error={members.error} retry={() => void members.refetch()} /> : (
            <SelectField label={t("member")} autoFocus value={asked ? String(asked) : ""} options={[{ value: "", label: t("choose") }, ...options]}
              onChange={(event) => go(`/admin/handover/new${event.target.value ? `?member=${event.target.value}` : ""}`, { replace: true })} />
          )}
        </section>
        {preview.error !== null && asked > 0 && <ProblemState error={preview.error} retry={() => void preview.refetch()} />}
        {asked > 0 && preview.isPending && <GridSkeleton rows={4} height={44} />}
        {preview.data && preview.data.running !== null && (
          <section>
            <div className="about"><h2>{t("under_way")}</h2></div>
            <p><AppLink to={`/admin/handover/${preview.data.running}`}>{t("under_way_open")}</AppLink></p>
          </section>
        )}
        {preview.data && preview.data.running === null && <Plan key={asked} preview={preview.data} />}
      </div>
    </div>
  );
}

function Plan({ preview }: { preview: Preview }) {
  const { t } = useTranslation("handover");
  const format = useFormat();
  const go = useGo();
  const client = useQueryClient();
  const gone = !preview.access.is_active;
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, heir: preview.manager?.id ?? null, when: preview.access.owner ? "stays" : "now" });
  const [problem, setProblem] = useState<Problem>();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const begin = useMutation({
    mutationFn: () => startHandover(inputOf(preview.member.id, draft)),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: handoversKey });
      go(`/admin/handover/${made.id}`, { replace: true });
    },
    onError: (error) => {
      if (isProblem(error)) setProblem(error);
      else toast({ text: t("unreachable"), tone: "bad" });
    },
  });
  const heir = preview.heirs.find((one) => one.id === draft.heir);
  const count = movingCount(preview.kinds, draft);
  const blind = blindSpots(preview.kinds, draft, preview.heirs);
  const ready = draft.heir !== null && (draft.when !== "day" || draft.day !== "");
  const title = draft.when === "stays" ? t("go_stays") : draft.when === "day" ? t("go_day") : t("go_now");
  const submit = async () => {
    setProblem(undefined);
    const body = t(draft.when === "stays" ? "sure_stays" : draft.when === "day" ? "sure_day" : "sure_now", { name: preview.member.name, heir: heir?.name ?? "", count, day: draft.day ? format.day(draft.day) : "" });
    if (await confirm({ title: `${title}: ${preview.member.name}`, body, action: title, keep: t("keep"), danger: draft.when === "now" })) begin.mutate();
  };
  const whens: { value: When; label: string; why: string; off?: boolean }[] = [
    { value: "now", label: t("when_now"), why: t("when_now_why"), off: preview.access.oneself },
    { value: "day", label: t("when_day"), why: t("when_day_why"), off: gone },
    { value: "stays", label: t("when_stays"), why: t("when_stays_why"), off: gone },
  ];
  return (
    <>
      <section>
        <div className="about">
          <h2>{t("when")}</h2>
          <p className="sub">{t("when_why")}</p>
        </div>
        <div className="stack">
          <div className="choices" role="radiogroup" aria-label={t("when")}>
            {whens.filter((one) => !one.off).map((one) => (
              <label key={one.value}>
                <input type="radio" name="when" value={one.value} checked={draft.when === one.value} onChange={() => change({ when: one.value })} />
                <span><b>{one.label}</b><span className="sub">{one.why}</span></span>
              </label>
            ))}
          </div>
          {draft.when === "day" && (
            <>
              <DayField label={t("last_day")} min={format.today} value={draft.day} onChange={(day) => change({ day })} error={problem?.errorOf("last_day")} note={t("last_day_note")} />
              <CheckLine checked={draft.moveNow} onChange={(event) => change({ moveNow: event.target.checked })}>{t("move_now")}</CheckLine>
            </>
          )}
          {draft.when !== "stays" && <CheckLine checked={draft.exportsHeld} onChange={(event) => change({ exportsHeld: event.target.checked })}>{t("hold_exports")}</CheckLine>}
        </div>
      </section>
      <section>
        <div className="about">
          <h2>{t("heir")}</h2>
          <p className="sub">{t("heir_why")}</p>
        </div>
        <div className="stack">
          <SelectField label={t("takes_over")} value={draft.heir === null ? "" : String(draft.heir)} error={problem?.errorOf("heir")} note={preview.manager && draft.heir === preview.manager.id ? t("is_manager") : undefined}
            options={[{ value: "", label: t("choose") }, ...preview.heirs.map((one) => ({ value: String(one.id), label: one.department ? `${one.name} · ${one.department}` : one.name }))]}
            onChange={(event) => change({ heir: Number(event.target.value) || null })} />
          <CheckLine checked={draft.closed === "move"} onChange={(event) => change({ closed: event.target.checked ? "move" : "keep" })}>{t("closed_too")}</CheckLine>
          <p className="sub xs">{t("closed_why")}</p>
        </div>
      </section>
      <section className="wide">
        <div className="about">
          <h2>{t("what")}</h2>
          <p className="sub">{t("what_why", { name: preview.member.name })}</p>
        </div>
        {preview.kinds.length === 0 ? <p className="sub">{t("nothing_owned")}</p> : <SharesTable preview={preview} draft={draft} onChange={change} />}
      </section>
      <section>
        <div className="about">
          <h2>{t("ends")}</h2>
          <p className="sub">{t(draft.when === "stays" ? "ends_not" : "ends_why")}</p>
        </div>
        <ul className="ends" aria-label={t("ends")}>
          {draft.when !== "stays" && (
            <>
              <li><b className="num">{preview.access.sessions}</b> {t("sessions", { count: preview.access.sessions })}</li>
              <li><b className="num">{preview.access.keys}</b> {t("keys", { count: preview.access.keys })}</li>
              {preview.access.jobs > 0 && <li><b className="num">{preview.access.jobs}</b> {t("jobs", { count: preview.access.jobs })}</li>}
              <li><b className="num">{preview.access.reports}</b> {t("reports", { count: preview.access.reports })}</li>
            </>
          )}
        </ul>
      </section>
      <section>
        <div className="about">
          <h2>{t("confirm")}</h2>
        </div>
        <div className="stack">
          <TextField label={t("note")} maxLength={500} value={draft.note} onChange={(event) => change({ note: event.target.value })} note={t("note_why")} />
          {blind.map((one) => <p key={one.heir} className="notice" role="status">{t("blind", { heir: one.heir, kinds: one.kinds.join(t("comma")) })}</p>)}
          {preview.access.owner && draft.when !== "stays" && <p className="notice" role="status">{t("is_owner")}</p>}
          {problem && <p className="notice bad" role="alert">{[problem.message, ...problem.errors.map((one) => one.message)].filter((text, index, all) => all.indexOf(text) === index).join(" ")}</p>}
          <div className="row">
            <Button variant={draft.when === "now" ? "danger" : "primary"} busy={begin.isPending} disabled={!ready} onClick={() => void submit()}>{title}</Button>
            <span className="sub">{t("moving", { count, heir: heir?.name ?? "…" })}</span>
          </div>
        </div>
      </section>
    </>
  );
}
