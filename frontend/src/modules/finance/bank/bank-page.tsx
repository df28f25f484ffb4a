/** The matching desk. Left what the bank says, right what it may be: arrow, Enter, next. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, Scale, Sparkles } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { isNegative } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { AppLink, problemText } from "@/platform/records";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Check, SelectField } from "@/ui/controls";
import { Kbd } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchDesk, sendAutomatic, sendMatch, undoMatch, type BankDesk, type DeskLine, type MatchBody } from "./api";
import { bodyOf, ofProposal } from "./draft";
import { ImportStatement } from "./import-statement";
import { MatchPane } from "./match-pane";
import { ReconciliationView } from "./reconciliation";
import "./bank.css";

const KEPT = "tenon.bank.account";

export function BankPage() {
  const { t } = useTranslation("bank");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const [account, setAccount] = useState<number | null>(() => Number(localStorage.getItem(KEPT)) || null);
  const { data, error, isPending } = useQuery({ queryKey: keyOf(slug, "finance.bank_match", "desk", [account]), queryFn: ({ signal }) => fetchDesk(account, signal), placeholderData: (old) => old, retry: false });
  const choose = (id: number | null) => { setAccount(id); if (id) localStorage.setItem(KEPT, String(id)); else localStorage.removeItem(KEPT); };
  // an account that was kept here and is gone: the first one instead
  useEffect(() => { if (error && account) choose(null); }, [error, account]);
  const accounts = useEntity("finance.cash_account");
  if (data && !data.account) {
    return (
      <div className="page"><PageHead title={t("title")} />
        <EmptyState title={t("noAccount")}>{t("noAccountWhy")}{accounts?.can.create && <p><AppLink className="fld-link" to={`${accounts.route}/new`}>{t("newAccount")}</AppLink></p>}</EmptyState>
      </div>
    );
  }
  return (
    <div className="page">
      {!data && <PageHead title={t("title")} />}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>}
      {data && <Desk key={data.account!.id} data={data} onAccount={choose} />}
    </div>
  );
}

function Desk({ data, onAccount }: { data: BankDesk; onAccount: (id: number) => void }) {
  const { t } = useTranslation("bank");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const phone = usePhone();
  const client = useQueryClient();
  const account = data.account!;
  const matches = useEntity("finance.bank_match");
  const may = useCan("finance.bank_match.create");
  const mayRead = useCan("finance.bank_statement.create");
  const [at, setAt] = useState<number | null>(phone ? null : data.lines[0]?.id ?? null);
  const [ticked, setTicked] = useState<Set<number>>(new Set());
  const [reading, setReading] = useState(false);
  const [proving, setProving] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const intent = useRef<{ of: string; key: string } | null>(null);
  const index = Math.max(0, data.lines.findIndex((line) => line.id === at));
  const now = data.lines.find((line) => line.id === at) ?? (phone ? undefined : data.lines[0]);
  const chosen = useMemo(() => (ticked.size > 0 ? data.lines.filter((line) => ticked.has(line.id)) : now ? [now] : []), [data.lines, ticked, now]);

  // A line that is on its way into the list has the focus as soon as it is there.
  const [wanted, setWanted] = useState<number | null>(null);
  useEffect(() => {
    const line = wanted === null ? null : list.current?.querySelector<HTMLElement>(`[data-line="${wanted}"]`);
    if (line) { line.focus(); setWanted(null); }
  }, [wanted, data.lines]);

  const show = (id: number) => {
    setAt(id);
    list.current?.querySelector<HTMLElement>(`[data-line="${id}"]`)?.focus();
  };

  const match = useMutation({
    mutationFn: (body: MatchBody) => {
      const of = JSON.stringify(body);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return sendMatch(body, intent.current.key);
    },
    onSuccess: async (made, body) => {
      intent.current = null;
      const rest = data.lines.filter((line) => !body.lines.includes(line.id));
      const next = rest[Math.min(data.lines.findIndex((line) => line.id === body.lines[0]), rest.length - 1)];
      setTicked(new Set());
      setAt(phone ? null : next?.id ?? null);
      toast({ text: t("matched", { what: made.label }), undo: async () => {
        await undoMatch(made, newIdempotencyKey());
        if (!phone && body.lines[0]) { setAt(body.lines[0]); setWanted(body.lines[0]); } // who takes back wants the line again
        await client.invalidateQueries();
      } });
      await client.invalidateQueries();
      setWanted(next?.id ?? null);
    },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const sure = useMutation({
    mutationFn: () => sendAutomatic(account.id, newIdempotencyKey()),
    onSuccess: (done) => { toast(done.matched === 0 ? t("automaticNone") : t("automatic", { count: done.matched })); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const accept = (line: DeskLine, nth: number) => {
    const one = line.proposals[nth];
    if (one && may && !match.isPending) match.mutate({ ...bodyOf([line], ofProposal(one)), confidence: one.confidence, reason: one.reasons.join(", ").slice(0, 300) });
  };
  const tick = (id: number) => setTicked((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next; });
  const focus = (to: number) => {
    const line = data.lines[Math.max(0, Math.min(data.lines.length - 1, to))];
    if (line) show(line.id);
  };
  const onKeyDown = (event: KeyboardEvent, line: DeskLine) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "j") { event.preventDefault(); focus(index + 1); }
    else if (event.key === "ArrowUp" || event.key === "k") { event.preventDefault(); focus(index - 1); }
    else if (event.key === " ") { event.preventDefault(); tick(line.id); }
    else if (event.key === "Enter" && ticked.size === 0) { event.preventDefault(); accept(line, 0); }
    else if (/^[1-4]$/.test(event.key) && ticked.size === 0) { event.preventDefault(); accept(line, Number(event.key) - 1); }
    else if (event.key === "/") { event.preventDefault(); document.querySelector<HTMLElement>(".bm-find")?.focus(); }
    else if (event.key === "Escape") setTicked(new Set());
  };
  const pane = chosen.length > 0 && (
    <MatchPane key={chosen.map((line) => line.id).join("-")} account={account} lines={chosen} waiting={data.outstanding} may={may} busy={match.isPending}
      onMatch={(body) => match.mutate(body)} onBack={phone ? () => { setAt(null); setTicked(new Set()); } : undefined} />
  );
  return (
    <>
      <PageHead title={t("title")} actions={<>
        {may && data.lines.length > 0 && <Button icon={<Sparkles size={15} />} busy={sure.isPending} onClick={() => sure.mutate()}>{t("sure")}</Button>}
        <Button icon={<Scale size={15} />} onClick={() => setProving(true)}>{t("reconcile")}</Button>
        {mayRead && account.kind === "bank" && <Button variant="primary" icon={<FileUp size={15} />} onClick={() => setReading(true)}>{t("read")}</Button>}
      </>} />
      <div className="bm-bar">
        <SelectField label={t("account")} value={String(account.id)} onChange={(event) => onAccount(Number(event.target.value))} options={data.accounts.map((one) => ({ value: String(one.id), label: `${one.label} · ${one.currency}` }))} />
        <dl className="bm-facts">
          <div><dt>{t("bankSays")}</dt><dd>{format.money(account.statement, account.currency)}</dd>{account.last && <dd className="sub">{format.day(account.last)}</dd>}</div>
          <div><dt>{t("ledgerSays")}</dt><dd>{format.money(account.ledger, account.currency)}</dd></div>
          <div><dt>{t("toMatch")}</dt><dd>{account.open}</dd></div>
          {account.review > 0 && matches && <div><dt>{t("toReview")}</dt><dd><AppLink className="fld-link" to={`${matches.route}?view=review`}>{account.review}</AppLink></dd></div>}
        </dl>
      </div>
      {data.lines.length === 0 ? (
        <EmptyState title={t(account.opening_on ? "allMatched" : "noStatement")}>{t(account.opening_on ? "allMatchedWhy" : "noStatementWhy")}</EmptyState>
      ) : (
        <div className="bm-panes">
          {(!phone || chosen.length === 0) && (
            <div className="bm-left">
              <ul ref={list} aria-label={t("lines")} className="bm-lines">
                {data.lines.map((line) => (
                  <li key={line.id} className={chosen.includes(line) ? "on" : undefined}>
                    <Check checked={ticked.has(line.id)} onChange={() => tick(line.id)} aria-label={t("tick", { what: line.party || line.text })} tabIndex={-1} />
                    <button type="button" data-line={line.id} tabIndex={line.id === now?.id || (!now && line === data.lines[0]) ? 0 : -1} aria-current={line.id === now?.id || undefined} onClick={() => { setAt(line.id); setTicked(new Set()); }} onFocus={() => { if (!phone) setAt(line.id); }} onKeyDown={(event) => onKeyDown(event, line)}>
                      <span className="bm-day">{format.day(line.day)}</span>
                      <span className="bm-who"><b className="medium ell">{line.party || line.text || line.reference || "–"}</b><span className="sub ell">{[line.reference, line.party ? line.text : ""].filter(Boolean).join(" · ")}</span></span>
                      <span className={`num${isNegative(line.amount) ? "" : " bm-in"}`}>{format.amount(line.amount)}</span>
                      <Best line={line} />
                    </button>
                  </li>
                ))}
              </ul>
              {account.open > data.lines.length && <p className="sub bm-more">{t("more", { count: account.open - data.lines.length })}</p>}
              {!phone && <p className="bm-keys sub"><span><Kbd>↑</Kbd> <Kbd>↓</Kbd> {t("key.move")}</span><span><Kbd>Enter</Kbd> {t("key.accept")}</span><span><Kbd>2</Kbd>–<Kbd>4</Kbd> {t("key.other")}</span><span><Kbd>␣</Kbd> {t("key.tick")}</span><span><Kbd>/</Kbd> {t("key.find")}</span></p>}
            </div>
          )}
          {pane && <div className="bm-right">{pane}</div>}
        </div>
      )}
      {reading && <ImportStatement account={account} onClose={() => setReading(false)} />}
      {proving && <ReconciliationView account={account} onClose={() => setProving(false)} />}
    </>
  );
}

function Best({ line }: { line: DeskLine }) {
  const { t } = useTranslation("bank");
  const best = line.proposals[0];
  if (!best) return <span className="bm-best dim">{t("nothing")}</span>;
  const tone = best.confidence >= 85 ? "good" : best.confidence >= 60 ? "warn" : "low";
  const what = best.invoices.length > 1 ? t("invoices", { count: best.invoices.length }) : best.invoices[0]?.number ?? best.ledger[0]?.number ?? best.posting?.account.label ?? best.party?.label ?? "";
  return <span className="bm-best"><span className={`bm-sure ${tone}`} title={best.reasons.join(", ")}>{best.confidence}%</span><span className="ell">{what}</span></span>;
}
