/** One bank line or several: what they may be, and what a person puts together for them until nothing is left. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Check as Tick, X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { compare, isNegative, isZero, parseDecimal } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { RefSelect } from "@/platform/records";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Tabs } from "@/ui/page";
import { fetchInvoices, type DeskAccount, type DeskLine, type MatchBody, type Proposal, type WaitingLine } from "./api";
import { bodyOf, empty, left, nothing, ofProposal, wanted, withInvoice, withLedger, withRest, type Draft } from "./draft";

interface Props { account: DeskAccount; lines: DeskLine[]; waiting: WaitingLine[]; may: boolean; busy: boolean; onMatch: (body: MatchBody) => void; onBack?: (() => void) | undefined }
type Source = "invoices" | "ledger" | "account";

export function MatchPane({ account, lines, waiting, may, busy, onMatch, onBack }: Props) {
  const { t } = useTranslation("bank");
  const format = useFormat();
  const [draft, setDraft] = useState<Draft>(nothing);
  const [source, setSource] = useState<Source>("invoices");
  const total = wanted(lines);
  const rest = left(lines, draft);
  const one = lines.length === 1 ? lines[0]! : null;
  const money = (value: string) => format.money(value, account.currency);
  const send = () => { if (may && isZero(rest) && !empty(draft) && !busy) onMatch(bodyOf(lines, draft)); };
  return (
    <section className="bm-pane" aria-label={t("pane")} onKeyDown={(event) => { if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); send(); } }}>
      <header>
        {onBack && <Button variant="text" icon={<ArrowLeft size={16} />} aria-label={t("back")} onClick={onBack} />}
        <div className="grow"><h2 className={isNegative(total) ? undefined : "bm-in"}>{money(total)}</h2>
          {one ? <p className="sub">{[format.day(one.day), one.party, one.party_account].filter(Boolean).join(" · ")}</p> : <p className="sub">{t("several", { count: lines.length })}</p>}
          {one && (one.reference || one.text) && <p className="bm-text">{[one.reference, one.text].filter(Boolean).join(" · ")}</p>}
        </div>
      </header>
      {one && one.proposals.length > 0 && empty(draft) && (
        <ol className="bm-proposals" aria-label={t("proposals")}>
          {one.proposals.map((proposal, index) => <Card key={index} proposal={proposal} money={money} first={index === 0} may={may} busy={busy}
            onTake={() => onMatch({ ...bodyOf(lines, ofProposal(proposal)), confidence: proposal.confidence, reason: proposal.reasons.join(", ").slice(0, 300) })}
            onChange={() => setDraft(ofProposal(proposal))} />)}
        </ol>
      )}
      {!empty(draft) && <Composed draft={draft} setDraft={setDraft} money={money} />}
      <div className="bm-rest">
        <span>{t(isZero(rest) && !empty(draft) ? "even" : "left")}</span><b className={isZero(rest) ? "bm-in" : undefined}>{money(rest)}</b><span className="grow" />
        {!isZero(rest) && !empty(draft) && account.targets.map((target) => <Button key={target.kind} size="small" title={target.label} onClick={() => setDraft((old) => withRest(lines, old, target))}>{t(`rest.${target.kind}`)}</Button>)}
        {!empty(draft) && <Button variant="primary" icon={<Tick size={15} />} busy={busy} disabled={!may || !isZero(rest)} title="Ctrl ↵" onClick={send}>{t("match")}</Button>}
      </div>
      <Tabs label={t("sources")} value={source} onChange={(key) => setSource(key as Source)} tabs={[{ key: "invoices", label: t("openInvoices") }, { key: "ledger", label: t("inLedger"), count: waiting.length }, { key: "account", label: t("toAccount") }]} />
      {source === "invoices" && <Invoices account={account} total={total} draft={draft} onPick={(invoice) => setDraft((old) => withInvoice(lines, old, invoice))} money={money} />}
      {source === "ledger" && <Ledger waiting={waiting} total={total} draft={draft} onPick={(line) => setDraft((old) => withLedger(old, line))} money={money} />}
      {source === "account" && <ToAccount account={account} onPick={(ref) => setDraft((old) => withRest(lines, old, ref))} onParty={(party) => setDraft((old) => ({ ...old, onAccount: { party, amount: left(lines, { ...old, onAccount: null }) } }))} />}
    </section>
  );
}

function Card({ proposal, money, first, may, busy, onTake, onChange }: { proposal: Proposal; money: (value: string) => string; first: boolean; may: boolean; busy: boolean; onTake: () => void; onChange: () => void }) {
  const { t } = useTranslation("bank");
  const format = useFormat();
  const tone = proposal.confidence >= 85 ? "good" : proposal.confidence >= 60 ? "warn" : "low";
  return (
    <li>
      <div className="bm-card-head"><span className={`bm-sure ${tone}`}>{proposal.confidence}%</span><b className="medium ell">{proposal.party?.label ?? proposal.posting?.account.label ?? t("inLedger")}</b><span className="grow" />
        <Button size="small" variant="text" onClick={onChange}>{t("change")}</Button>
        <Button size="small" variant={first ? "primary" : "default"} disabled={!may} busy={busy && first} onClick={onTake}>{t("match")}</Button></div>
      <p className="sub">{proposal.reasons.join(" · ")}</p>
      <ul>
        {proposal.invoices.map((one) => <li key={`i${one.id}`}><span className="ell">{one.number} <span className="dim">{t("due", { day: format.day(one.due_on) })}</span></span><span className="num">{money(one.settled)}{compare(one.settled, one.open) < 0 && <span className="dim"> {t("of", { amount: money(one.open) })}</span>}</span></li>)}
        {proposal.ledger.map((one) => <li key={`l${one.id}`}><span className="ell">{one.number} <span className="dim">{format.day(one.day)} {one.text}</span></span><span className="num">{money(one.amount)}</span></li>)}
        {proposal.posting && <li><span className="ell">{proposal.posting.account.label}</span><span className="num">{money(proposal.posting.amount)}</span></li>}
        {proposal.on_account && <li><span className="ell dim">{t("onAccount")}</span><span className="num">{money(proposal.on_account)}</span></li>}
      </ul>
    </li>
  );
}

function Composed({ draft, setDraft, money }: { draft: Draft; setDraft: (change: (old: Draft) => Draft) => void; money: (value: string) => string }) {
  const { t } = useTranslation("bank");
  const drop = (label: string, change: (old: Draft) => Draft) => <Button size="small" variant="text" icon={<X size={14} />} aria-label={t("drop", { what: label })} onClick={() => setDraft(change)} />;
  return (
    <ul className="bm-draft" aria-label={t("composed")}>
      {draft.invoices.map((one) => <li key={`i${one.invoice.id}`}><span className="ell">{one.invoice.number} <span className="dim">{one.invoice.party.label}</span></span><Amount label={t("amountOf", { what: one.invoice.number })} value={one.amount} onChange={(amount) => setDraft((old) => ({ ...old, invoices: old.invoices.map((x) => (x.invoice.id === one.invoice.id ? { ...x, amount } : x)) }))} />{drop(one.invoice.number, (old) => ({ ...old, invoices: old.invoices.filter((x) => x.invoice.id !== one.invoice.id) }))}</li>)}
      {draft.ledger.map((one) => <li key={`l${one.id}`}><span className="ell">{one.number} <span className="dim">{one.text}</span></span><span className="num">{money(one.amount)}</span>{drop(one.number, (old) => withLedger(old, one))}</li>)}
      {draft.postings.map((one) => <li key={`p${String(one.account.id)}`}><span className="ell">{one.account.label}</span><Amount label={t("amountOf", { what: one.account.label })} value={one.amount} signed onChange={(amount) => setDraft((old) => ({ ...old, postings: old.postings.map((x) => (x.account.id === one.account.id ? { ...x, amount } : x)) }))} />{drop(one.account.label, (old) => ({ ...old, postings: old.postings.filter((x) => x.account.id !== one.account.id) }))}</li>)}
      {draft.onAccount && <li><span className="ell">{draft.onAccount.party.label} <span className="dim">{t("onAccount")}</span></span><span className="num">{money(draft.onAccount.amount)}</span>{drop(draft.onAccount.party.label, (old) => ({ ...old, onAccount: null }))}</li>}
    </ul>
  );
}

/** Typed as people write numbers; what is no number changes nothing. */
function Amount({ label, value, signed, onChange }: { label: string; value: string; signed?: boolean; onChange: (value: string) => void }) {
  const format = useFormat();
  const [text, setText] = useState<string | null>(null);
  const take = () => { const typed = text === null ? null : parseDecimal(text); if (typed !== null && (signed || compare(typed, "0") > 0)) onChange(typed); setText(null); };
  return <input className="input num" inputMode="decimal" autoComplete="off" aria-label={label} value={text ?? format.amount(value)} onFocus={(event) => event.target.select()} onChange={(event) => setText(event.target.value)} onBlur={take} onKeyDown={(event) => { if (event.key === "Enter") take(); }} />;
}

function Invoices({ account, total, draft, onPick, money }: { account: DeskAccount; total: string; draft: Draft; onPick: (invoice: Draft["invoices"][number]["invoice"]) => void; money: (value: string) => string }) {
  const { t } = useTranslation("bank");
  const format = useFormat();
  const { slug } = useTenant();
  const [search, setSearch] = useState("");
  const wantedText = useDeferredValue(search.trim());
  const direction = isNegative(total) ? "out" : "in";
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.invoice", "bank", [account.id, wantedText, direction]), queryFn: ({ signal }) => fetchInvoices(account.id, wantedText, wantedText ? "" : direction, signal), placeholderData: (old) => old });
  const picked = new Set(draft.invoices.map((one) => one.invoice.id));
  return (
    <>
      <input className="input bm-find" type="search" placeholder={t("find")} aria-label={t("find")} value={search} onChange={(event) => setSearch(event.target.value)} />
      <ul className="bm-pick" aria-label={t("openInvoices")}>
        {data?.results.length === 0 && <li className="dim">{t("noneOpen")}</li>}
        {data?.results.map((one) => (
          <li key={one.id}><button type="button" aria-pressed={picked.has(one.id)} onClick={() => onPick(one)}>
            <span className="bm-who"><span className="ell">{one.number} <span className="dim">{one.reference}</span></span><span className="sub ell">{one.party.label} · {t("due", { day: format.day(one.due_on) })}</span></span><span className="num">{money(one.incoming ? one.open : `-${one.open}`)}</span>
          </button></li>
        ))}
      </ul>
    </>
  );
}

function Ledger({ waiting, total, draft, onPick, money }: { waiting: WaitingLine[]; total: string; draft: Draft; onPick: (line: WaitingLine) => void; money: (value: string) => string }) {
  const { t } = useTranslation("bank");
  const format = useFormat();
  const picked = new Set(draft.ledger.map((one) => one.id));
  const sorted = [...waiting].sort((a, b) => Number(isNegative(a.amount) !== isNegative(total)) - Number(isNegative(b.amount) !== isNegative(total)));
  return (
    <ul className="bm-pick" aria-label={t("inLedger")}>
      {sorted.length === 0 && <li className="dim">{t("noneWaiting")}</li>}
      {sorted.map((one) => (
        <li key={one.id}><button type="button" aria-pressed={picked.has(one.id)} onClick={() => onPick(one)}>
          <span className="bm-who"><span className="ell">{one.number} <span className="dim">{format.day(one.day)}</span></span><span className="sub ell">{[one.party, one.reference || one.text].filter(Boolean).join(" · ")}</span></span><span className="num">{money(one.amount)}</span>
        </button></li>
      ))}
    </ul>
  );
}

function ToAccount({ account, onPick, onParty }: { account: DeskAccount; onPick: (ref: { id: number; label: string }) => void; onParty: (ref: { id: number; label: string }) => void }) {
  const { t } = useTranslation("bank");
  return (
    <div className="bm-account">
      <p className="sub">{t("accountWhy")}</p>
      <div className="bm-targets">{account.targets.map((target) => <Button key={target.kind} size="small" onClick={() => onPick(target)}>{target.label}</Button>)}</div>
      <label className="bm-choose"><span className="sub">{t("otherAccount")}</span><RefSelect aria-label={t("otherAccount")} entity="finance.account" value={null} onChange={(ref) => { if (ref) onPick({ id: Number(ref.id), label: ref.label }); }} /></label>
      <label className="bm-choose"><span className="sub">{t("partyWhy")}</span><RefSelect aria-label={t("partyWhy")} entity="shared.party" value={null} onChange={(ref) => { if (ref) onParty({ id: Number(ref.id), label: ref.label }); }} /></label>
    </div>
  );
}
