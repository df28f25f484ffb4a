/** A voucher by keyboard: Enter goes on, a new line brings what balances, = puts it, Ctrl+Enter posts, Ctrl+S keeps a draft. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Plus, Save, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { Problem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { DayField } from "@/platform/fields/date/day-field";
import { trimZeros } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText, RefSelect } from "@/platform/records";
import { useGo, useSearchText } from "@/platform/records/navigation";
import type { Ref } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { get } from "@/platform/api/request";
import { Button } from "@/ui/button";
import { CheckLine, SelectField, TextField } from "@/ui/controls";
import { Kbd } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { AccountCell } from "./account-cell";
import { base } from "./api";
import { emptyLine, fetchDesk, fetchVoucher, isTyped, keepVoucher, keptLine, lineBody, plain, postKept, postVoucher, totals, type Desk, type KeptVoucher, type TypedLine } from "./voucher";
import "../pages/finance.css";
import "./ledger.css";

const KINDS = ["draft", "template", "recurring"] as const;
type Extra = "currency" | "party" | "product" | "department" | "sales_order";
const EXTRAS: Extra[] = ["currency", "party", "product", "department", "sales_order"];
const ENTITY: Partial<Record<Extra, string>> = { party: "shared.party", product: "shared.product", department: "access.department", sales_order: "shared.sales_order" };

interface Start { kept: KeptVoucher | null; narration: string; lines: TypedLine[] }
interface Posted { lines: { account: Ref; debit: string; credit: string; currency: string; amount_currency: string; party: Ref | null; product: Ref | null; department: Ref | null; narration: string }[]; narration: string }

/** What the page begins with: nothing, a draft, or a copy of an entry or template. */
async function begin(search: string, home: string, signal: AbortSignal): Promise<Start> {
  const asked = new URLSearchParams(search);
  const [draft, template, copy] = ["draft", "template", "copy"].map((key) => asked.get(key));
  if (draft || template) {
    const kept = await fetchVoucher((draft ?? template)!, signal);
    const lines = kept.lines.map((line) => emptyLine(line));
    return { kept: draft ? kept : null, narration: kept.narration, lines };
  }
  if (copy) {
    const entry = await get<Posted>(`${base}/journal-entries/${copy}/`, undefined, signal);
    const lines = entry.lines.map((line) => {
      const abroad = line.currency !== home && Number(line.amount_currency) !== 0;
      const of = (side: "debit" | "credit") => (Number(line[side]) === 0 ? "" : trimZeros(abroad ? line.amount_currency.replace("-", "") : line[side]));
      return emptyLine({ account: line.account, debit: of("debit"), credit: of("credit"), currency: abroad ? line.currency : "", party: line.party, product: line.product, department: line.department, narration: line.narration });
    });
    return { kept: null, narration: entry.narration, lines };
  }
  return { kept: null, narration: "", lines: [] };
}

export function VoucherPage({ draft }: { draft?: number | string }) {
  const { slug, currency } = useTenant();
  const text = useSearchText();
  const search = draft === undefined ? text : `draft=${draft}`;
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.voucher", "begin", [search]), queryFn: ({ signal }) => begin(search, currency, signal), staleTime: Infinity, gcTime: 0 });
  return data ? <Voucher key={search} start={data} /> : <div className="page"><GridSkeleton /></div>;
}

function Voucher({ start }: { start: Start }) {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { slug, today, currency: home, currency_decimals: places } = useTenant();
  const format = useFormat();
  const go = useGo();
  const client = useQueryClient();
  const table = useRef<HTMLTableElement>(null);
  const [kept, setKept] = useState(start.kept);
  const [day, setDay] = useState(start.kept?.entry_date ?? today);
  const [narration, setNarration] = useState(start.narration);
  const [lines, setLines] = useState<TypedLine[]>(() => (start.lines.length > 0 ? start.lines : [emptyLine(), emptyLine()]));
  const [extras, setExtras] = useState<Extra[]>(() => EXTRAS.filter((extra) => start.lines.some((line) => line[extra])));
  const [kind, setKind] = useState<string>(start.kept?.kind ?? "draft");
  const [name, setName] = useState(start.kept?.name ?? "");
  const [months, setMonths] = useState(String(start.kept?.every_months ?? 1));
  const [next, setNext] = useState(start.kept?.next_on ?? "");
  const [last, setLast] = useState(start.kept?.ends_on ?? "");
  const [reverses, setReverses] = useState(start.kept?.reverses ?? false);
  const [opening, setOpening] = useState(false);
  const [posted, setPosted] = useState<{ id: number; label: string } | null>(null);
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const intent = useRef<{ of: string; key: string } | null>(null);
  const { data: desk } = useQuery<Desk>({ queryKey: keyOf(slug, "finance.account", "desk", [day]), queryFn: ({ signal }) => fetchDesk(day, signal), enabled: day !== "", placeholderData: (old) => old });
  const rates = useMemo(() => new Map((desk?.currencies ?? []).map((one) => [one.code, one.rate ?? "0"])), [desk]);
  const sums = totals(lines, home, rates, places);
  const typed = lines.filter(isTyped);
  const even = sums.side === null && typed.length > 0;
  const set = (key: number, change: Partial<TypedLine>) => setLines((old) => old.map((line) => (line.key === key ? { ...line, ...change } : line)));

  useEffect(() => { table.current?.querySelector<HTMLInputElement>("input")?.focus(); }, []);

  // Not before the lines are drawn: where the server answered, the old ones still stand for a moment.
  const [wanted, setWanted] = useState<{ row: number; column: string } | null>(null);
  const focusCell = (row: number, column: string) => setWanted({ row, column });
  useEffect(() => {
    if (wanted) table.current?.querySelector<HTMLElement>(`[data-cell="${wanted.row}-${wanted.column}"] input`)?.focus();
  }, [wanted]);
  /** What balances the voucher, on the side where it is missing. */
  const balanced = (line: TypedLine): Partial<TypedLine> => {
    const others = totals(lines.filter((one) => one.key !== line.key), home, rates, places);
    return others.side ? { debit: "", credit: "", [others.side]: trimZeros(others.missing), currency: "" } : {};
  };
  const addLine = (after = lines.length - 1) => {
    const missing = sums.side ? { [sums.side]: trimZeros(sums.missing) } : {};
    const made = emptyLine({ narration: lines[after]?.narration ?? "", ...missing });
    setLines((old) => [...old.slice(0, after + 1), made, ...old.slice(after + 1)]);
    focusCell(after + 1, "account");
  };
  const removeLine = (row: number) => {
    setLines((old) => (old.length > 1 ? old.filter((_, index) => index !== row) : [emptyLine()]));
    focusCell(Math.max(0, row - 1), "account");
  };
  const onAccount = (row: number, account: Ref | null) => {
    const line = lines[row]!;
    // an untouched line takes what balances as soon as it has its account
    const amount = account && row > 0 && line.debit === "" && line.credit === "" ? balanced(line) : {};
    set(line.key, { account, ...amount });
  };
  const onAmount = (row: number, side: "debit" | "credit") => (event: KeyboardEvent<HTMLInputElement>) => {
    const line = lines[row]!;
    if (event.key === "=") { event.preventDefault(); set(line.key, balanced(line)); return; }
    if (event.key === " ") { event.preventDefault(); set(line.key, { debit: line.credit, credit: line.debit }); focusCell(row, side === "debit" ? "credit" : "debit"); return; }
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (side === "debit" && line.debit === "") { focusCell(row, "credit"); return; }
    if (row < lines.length - 1) focusCell(row + 1, "account");
    else if (sums.side !== null) addLine(row);
    else table.current?.closest(".page")?.querySelector<HTMLElement>("[data-post]")?.focus();
  };
  const amountIn = (row: number, side: "debit" | "credit", text: string) => set(lines[row]!.key, { [side]: text, ...(text !== "" ? { [side === "debit" ? "credit" : "debit"]: "" } : {}) });

  const failed = (failure: unknown) => {
    setWrong(new Map(failure instanceof Problem ? failure.errors.map((one) => [one.field, one.message] as const) : []));
    toast({ tone: "bad", text: problemText(failure, said) });
  };
  const body = () => ({ entry_date: day || null, narration, lines: typed.map(lineBody), opening });
  const draftBody = () => ({ kind, name, entry_date: kind === "draft" ? day || null : null, narration, lines: typed.map(keptLine), every_months: Number(months) || 1, next_on: kind === "recurring" ? next || null : null, ends_on: last || null, reverses });
  const done = (id: number, label: string) => {
    intent.current = null;
    setPosted({ id, label });
    setKept(null);
    setWrong(new Map());
    setLines([emptyLine(), emptyLine()]);
    setNarration("");
    setOpening(false);
    void client.invalidateQueries();
    focusCell(0, "account");
  };
  const send = useMutation({
    mutationFn: async () => {
      if (kept && kind === "draft") {
        const saved = await keepVoucher(kept, draftBody());
        setKept(saved);
        const made = await postKept(saved.id);
        return { id: Number(made.entry.id), voucher: made.entry.label };
      }
      const of = JSON.stringify(body());
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return postVoucher(body(), intent.current.key);
    },
    onSuccess: (made) => done(made.id, made.voucher),
    onError: failed,
  });
  const keep = useMutation({
    mutationFn: () => keepVoucher(kept, draftBody()),
    onSuccess: (saved) => { setKept(saved); setWrong(new Map()); toast(t("ve.kept_done")); void client.invalidateQueries({ queryKey: keyOf(slug, "finance.voucher") }); },
    onError: failed,
  });
  const onKeys = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "Enter" && !send.isPending && (even || opening)) { event.preventDefault(); send.mutate(); }
    if (event.key.toLowerCase() === "s") { event.preventDefault(); keep.mutate(); }
  };
  const toggle = (extra: Extra) => setExtras((old) => EXTRAS.filter((one) => (one === extra ? !old.includes(one) : old.includes(one))));
  const message = (row: number) => [...wrong].filter(([field]) => field.startsWith(`lines.${lines.slice(0, row).filter(isTyped).length}.`)).map(([, text]) => text)[0];

  return (
    <div className="page" onKeyDown={onKeys}>
      <PageHead title={kept ? t("ve.draft") : t("ve.title")} after={<span className="dim">{home}</span>}
        actions={<>
          {kept && <Button icon={<Copy size={15} />} onClick={() => go(`/finance/voucher?template=${kept.id}`)}>{t("ve.copy")}</Button>}
          <Button icon={<Save size={15} />} busy={keep.isPending} onClick={() => keep.mutate()}>{t("ve.keep")}</Button>
          <Button variant="primary" data-post busy={send.isPending} disabled={!(even || (opening && typed.length > 0))} onClick={() => send.mutate()}>{t("ve.post")}</Button>
        </>} />
      <div className="ve-head">
        <DayField label={t("ve.day")} value={day} onChange={setDay} />
        <TextField label={t("ve.narration")} maxLength={400} value={narration} onChange={(event) => setNarration(event.target.value)} />
        <SelectField label={t("ve.kind")} value={kind} onChange={(event) => setKind(event.target.value)} options={KINDS.map((value) => ({ value, label: t(`ve.kind_${value}`) }))} />
        {kind !== "draft" && <TextField label={t("ve.name")} maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />}
        {kind === "recurring" && <><TextField label={t("ve.months")} inputMode="numeric" value={months} onChange={(event) => setMonths(event.target.value.replace(/\D/g, ""))} /><DayField label={t("ve.next")} value={next} onChange={setNext} /><DayField label={t("ve.last")} value={last} onChange={setLast} clearable /></>}
      </div>
      <div className="ve-tools">
        <span className="dim">{t("ve.columns")}</span>
        {EXTRAS.map((extra) => <CheckLine key={extra} checked={extras.includes(extra)} onChange={() => toggle(extra)}>{t(`ve.${extra}`)}</CheckLine>)}
        {kind === "recurring" && <CheckLine checked={reverses} onChange={(event) => setReverses(event.target.checked)}>{t("ve.reverses")}</CheckLine>}
        {kind === "draft" && <CheckLine checked={opening} onChange={(event) => setOpening(event.target.checked)}>{t("ve.opening")}</CheckLine>}
      </div>
      {posted && <p className="ve-posted" role="status"><Joint fit={1} />{t("ve.posted")} <EntityLink entity="finance.journal_entry" id={posted.id}>{posted.label}</EntityLink></p>}
      <div className="ve-sheet">
        <table className="ve-table" ref={table} aria-label={t("ve.lines")}>
          <thead><tr><th scope="col" className="le-no">#</th><th scope="col">{t("ve.account")}</th><th scope="col" className="num">{t("ve.debit")}</th><th scope="col" className="num">{t("ve.credit")}</th>{extras.map((extra) => <th scope="col" key={extra}>{t(`ve.${extra}`)}</th>)}<th scope="col">{t("ve.lineNarration")}</th><th scope="col"><span className="sr-only">{t("ve.remove")}</span></th></tr></thead>
          <tbody>
            {lines.map((line, row) => (
              <tr key={line.key} className={message(row) ? "ve-wrong" : undefined} title={message(row)}>
                <td className="le-no">{row + 1}</td>
                <td data-cell={`${row}-account`} className="ve-cell-account"><AccountCell accounts={desk?.accounts ?? []} value={line.account} label={t("ve.accountOf", { row: row + 1 })} onChange={(account) => onAccount(row, account)} onDone={() => focusCell(row, line.credit !== "" || (line.debit === "" && sums.side === "credit") ? "credit" : "debit")} invalid={Boolean(message(row))} /></td>
                {(["debit", "credit"] as const).map((side) => (
                  <td key={side} data-cell={`${row}-${side}`}><input className="input num" inputMode="decimal" autoComplete="off" aria-label={t(`ve.${side}Of`, { row: row + 1 })} value={line[side]} onFocus={(event) => event.target.select()} onKeyDown={onAmount(row, side)} onChange={(event) => amountIn(row, side, event.target.value)} onBlur={() => set(line.key, { [side]: plain(line[side]) })} /></td>
                ))}
                {extras.map((extra) => (
                  <td key={extra} className="ve-extra">
                    {extra === "currency" ? (
                      <span className="ve-currency"><select className="input" aria-label={t("ve.currencyOf", { row: row + 1 })} value={line.currency} onChange={(event) => set(line.key, { currency: event.target.value, rate: "" })}><option value="">{home}</option>{desk?.currencies.filter((one) => one.code !== home).map((one) => <option key={one.code} value={one.code}>{one.code}</option>)}</select>
                        {line.currency !== "" && <input className="input num" inputMode="decimal" aria-label={t("ve.rateOf", { row: row + 1 })} placeholder={rates.get(line.currency) ?? ""} value={line.rate} onChange={(event) => set(line.key, { rate: event.target.value })} />}</span>
                    ) : <RefSelect entity={ENTITY[extra]!} value={line[extra]} onChange={(value) => set(line.key, { [extra]: value })} aria-label={t("ve.of", { what: t(`ve.${extra}`), row: row + 1 })} />}
                  </td>
                ))}
                <td><input className="input" aria-label={t("ve.narrationOf", { row: row + 1 })} maxLength={200} value={line.narration} onChange={(event) => set(line.key, { narration: event.target.value })} onKeyDown={(event) => { if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) { event.preventDefault(); if (row < lines.length - 1) focusCell(row + 1, "account"); else addLine(row); } }} /></td>
                <td><Button size="small" variant="text" tabIndex={-1} icon={<Trash2 size={15} />} aria-label={t("ve.removeOf", { row: row + 1 })} onClick={() => removeLine(row)} /></td>
              </tr>
            ))}
          </tbody>
          <tfoot><tr><td /><th scope="row"><Button size="small" variant="text" icon={<Plus size={15} />} onClick={() => addLine()}>{t("ve.add")}</Button></th><td className="num"><b>{format.amount(sums.debit, places)}</b></td><td className="num"><b>{format.amount(sums.credit, places)}</b></td><td colSpan={extras.length + 2} className={even ? "dim" : "t-warn"}>{typed.length > 0 && <><Joint fit={even ? 1 : 0} bad /> {even ? t("ve.even") : opening ? t("ve.openingTakes", { amount: format.amount(sums.missing, places) }) : t("ve.missing", { amount: format.amount(sums.missing, places) })}</>}</td></tr></tfoot>
        </table>
        {wrong.size > 0 && <ul className="t-bad ve-errors" role="alert">{[...new Set(wrong.values())].map((text) => <li key={text}>{text}</li>)}</ul>}
      </div>
      <p className="ve-keys dim"><span><Kbd>Enter</Kbd> {t("ve.keyOn")}</span><span><Kbd>=</Kbd> {t("ve.keyBalance")}</span><span><Kbd>{t("ve.space")}</Kbd> {t("ve.keySide")}</span><span><Kbd>Ctrl</Kbd> <Kbd>S</Kbd> {t("ve.keyKeep")}</span><span><Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> {t("ve.keyPost")}</span></p>
    </div>
  );
}

/** A kept voucher opens where it is worked on; what is posted leads to its entry. */
export const KeptVoucherPage = ({ id }: { entityKey: string; id: number | string }) => <VoucherPage draft={id} />;
