/** Which accounts each event uses, and on which condition; a change is tried out on the last weeks before it is made. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey, patch, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText, RefSelect } from "@/platform/records";
import type { Ref } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { Field, SelectField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { PageHead, RightRail } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { base, fetchRules, type EventRules, type PostingRule, type RuleTable, type Simulation } from "./api";
import "../pages/finance.css";
import "./ledger.css";

interface Picked { event: EventRules; rule: PostingRule | null }

export function RulesPage() {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const phone = usePhone();
  const [search, setSearch] = useState("");
  const [picked, setPicked] = useState<Picked | null>(null);
  const wanted = useDeferredValue(search).trim().toLowerCase();
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "finance.posting_rule", "table", []), queryFn: ({ signal }) => fetchRules(signal) });
  const shown = data?.results.filter((one) => wanted === "" || [one.label, ...one.rules.flatMap((rule) => [rule.debit_account.label, rule.credit_account.label])].some((text) => text.toLowerCase().includes(wanted))) ?? [];
  const editor = picked && data && <Editor key={`${picked.event.event}-${picked.rule?.id ?? "new"}`} picked={picked} table={data} onClose={() => setPicked(null)} phone={phone} />;
  return (
    <div className="page">
      <PageHead title={t("pr.title")} />
      <div className="fi-bar"><input className="input" type="search" style={{ width: 260 }} placeholder={t("pr.search")} aria-label={t("pr.search")} value={search} onChange={(event) => setSearch(event.target.value)} /></div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("pr.failed")}>{problemText(error, said)}</ErrorState>}
      {data && (
        <div className="split">
          <div className="main pr-sheet">
            <table className="le-table pr-table" aria-label={t("pr.title")}>
              <thead><tr><th scope="col">{t("pr.event")}</th><th scope="col">{t("pr.when")}</th><th scope="col">{t("ve.debit")}</th><th scope="col">{t("ve.credit")}</th><th scope="col" className="num">{t("pr.used")}</th></tr></thead>
              {shown.map((one) => (
                <tbody key={one.event}>
                  {one.rules.length === 0 && <tr><th scope="row">{one.label}</th><td colSpan={3} className={one.optional ? "dim" : "t-warn"}><button type="button" className="le-figure" onClick={() => setPicked({ event: one, rule: null })}>{t(one.optional ? "pr.stays" : "pr.none")}</button></td><td className="num">{one.used || "–"}</td></tr>}
                  {one.rules.map((rule, index) => (
                    <tr key={rule.id} className={picked?.rule?.id === rule.id ? "pr-now" : undefined}>
                      <th scope="row">{index === 0 ? one.label : ""}</th>
                      <td className={rule.category || rule.product_source ? undefined : "dim"}>{condition(rule, data, t("pr.always"))}</td>
                      <td><button type="button" className="le-figure" aria-label={t("pr.change", { event: one.label, account: rule.debit_account.label })} onClick={() => setPicked({ event: one, rule })}>{rule.debit_account.label}</button></td>
                      <td><button type="button" className="le-figure" tabIndex={-1} onClick={() => setPicked({ event: one, rule })}>{rule.credit_account.label}</button></td>
                      <td className="num">{index === 0 ? one.used || "–" : ""}</td>
                    </tr>
                  ))}
                </tbody>
              ))}
            </table>
          </div>
          {editor && (phone ? <Drawer open title={picked.event.label} onClose={() => setPicked(null)}>{editor}</Drawer> : <RightRail width={420} label={t("pr.rule")}>{editor}</RightRail>)}
        </div>
      )}
    </div>
  );
}

function condition(rule: PostingRule, table: RuleTable, always: string) {
  const source = table.sources.find((one) => one.value === rule.product_source)?.label;
  return [rule.category?.label, source].filter(Boolean).join(" · ") || always;
}

function Editor({ picked, table, phone, onClose }: { picked: Picked; table: RuleTable; phone: boolean; onClose: () => void }) {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { t: ui } = useTranslation("ui");
  const client = useQueryClient();
  const may = useCan("finance.posting_rule.update");
  const [rule, setRule] = useState(picked.rule);
  const first = picked.rule ?? picked.event.rules[0] ?? null;
  const [category, setCategory] = useState<Ref | null>(rule?.category ?? null);
  const [source, setSource] = useState(rule?.product_source ?? "");
  const [debit, setDebit] = useState<Ref | null>(first?.debit_account ?? null);
  const [credit, setCredit] = useState<Ref | null>(first?.credit_account ?? null);
  const body = { event: picked.event.event, category: category ? Number(category.id) : null, product_source: source, debit_account: debit ? Number(debit.id) : null, credit_account: credit ? Number(credit.id) : null };
  const said_ = (failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) });
  const trial = useMutation({ mutationFn: () => post<Simulation>(`${base}/rules/simulate/`, body), onError: said_ });
  const save = useMutation({
    mutationFn: () => (rule ? patch(`${base}/posting-rules/${rule.id}/`, body, { ifMatch: rule.version }) : post(`${base}/posting-rules/`, body, { idempotencyKey: newIdempotencyKey() })),
    onSuccess: () => { toast(t("pr.saved")); void client.invalidateQueries(); onClose(); },
    onError: said_,
  });
  const changed = (set: () => void) => { set(); trial.reset(); };
  return (
    <div className="pr-edit">
      <header><h3 className="ell">{picked.event.label}</h3>{!phone && <Button size="small" variant="text" icon={<X size={16} />} aria-label={ui("close")} onClick={onClose} />}</header>
      <Field label={t("pr.category")}>{(ids) => <RefSelect id={ids.id} entity="shared.product_category" value={category} disabled={!may} onChange={(value) => changed(() => setCategory(value))} />}</Field>
      <SelectField label={t("pr.source")} value={source} disabled={!may} onChange={(event) => changed(() => setSource(event.target.value))} options={[{ value: "", label: t("pr.any") }, ...table.sources]} />
      <Field label={t("ve.debit")}>{(ids) => <RefSelect id={ids.id} entity="finance.account" value={debit} disabled={!may} clearable={false} onChange={(value) => changed(() => setDebit(value))} />}</Field>
      <Field label={t("ve.credit")}>{(ids) => <RefSelect id={ids.id} entity="finance.account" value={credit} disabled={!may} clearable={false} onChange={(value) => changed(() => setCredit(value))} />}</Field>
      <div className="pr-actions">
        <Button busy={trial.isPending} disabled={!debit || !credit} onClick={() => trial.mutate()}>{t("pr.try")}</Button>
        {may && <Button variant="primary" busy={save.isPending} disabled={!debit || !credit} onClick={() => save.mutate()}>{t(rule ? "pr.save" : "pr.add")}</Button>}
        {may && rule && <Button variant="text" icon={<Plus size={15} />} onClick={() => { setRule(null); trial.reset(); }}>{t("pr.exception")}</Button>}
      </div>
      {!rule && picked.rule && <p className="sub">{t("pr.exceptionWhy")}</p>}
      {trial.data && <Tried found={trial.data} />}
    </div>
  );
}

function Tried({ found }: { found: Simulation }) {
  const { t } = useTranslation("ledger");
  const format = useFormat();
  return (
    <section className="pr-tried" aria-live="polite">
      <p><b>{found.touched === 0 ? t("pr.same", { count: found.entries }) : t("pr.would", { count: found.touched, entries: found.entries })}</b><span className="sub">{t("pr.span", { since: format.day(found.since), until: format.day(found.until) })}</span></p>
      {found.shifts.length > 0 && <table className="le-table"><thead><tr><th scope="col">{t("ve.account")}</th><th scope="col" className="num">{t("ve.debit")}</th><th scope="col" className="num">{t("ve.credit")}</th></tr></thead><tbody>{found.shifts.map((shift) => <tr key={shift.account.id}><th scope="row">{shift.account.label}</th><td className="num"><Accounting value={shift.debit} /></td><td className="num"><Accounting value={shift.credit} /></td></tr>)}</tbody></table>}
      <ul>{found.examples.slice(0, 8).map((one, index) => <li key={index}><EntityLink entity="finance.journal_entry" id={one.entry.id}>{one.entry.label}</EntityLink> <span className="dim">{format.day(one.entry_date)} {one.product}</span> <Accounting value={one.amount} /></li>)}</ul>
    </section>
  );
}
