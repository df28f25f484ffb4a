/** Balance sheet, income and cash flow as of any day; every figure opens its accounts, those their entries and documents. */
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, FileSpreadsheet, Printer, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { DayInput } from "@/platform/fields/date/day-field";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { download } from "@/platform/records/api";
import { usePhone } from "@/platform/records/use-media";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { CheckLine, Segmented } from "@/ui/controls";
import { Fact, Facts } from "@/ui/figures";
import { Joint } from "@/ui/joint";
import { Drawer } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { PageHead, RightRail, Tabs } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { LedgerLines } from "../components/ledger-lines";
import { fetchCashLines, fetchParts, fetchRatios, fetchStatement, fileOf, type Statement, type StatementAsk, type StatementKind, type StatementRow } from "./api";
import "../pages/finance.css";
import "./ledger.css";

const KINDS: StatementKind[] = ["balance_sheet", "income", "cash_flow", "cash_flow_indirect"];
/** Where a balance sheet turns from what there is to whose it is. */
const HALF = ["30", "ta"];

interface Picked { row: StatementRow; column: number }

export function StatementsPage() {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("records");
  const { slug, today } = useTenant();
  const phone = usePhone();
  const [kind, setKind] = useState<StatementKind>("balance_sheet");
  const [layout, setLayout] = useState("");
  const [since, setSince] = useState(`${today.slice(0, 7)}-01`);
  const [to, setTo] = useState(today);
  const [compare, setCompare] = useState(false);
  const [picked, setPicked] = useState<Picked | null>(null);
  const ask: StatementAsk = { kind, layout, since: kind === "balance_sheet" ? `${to.slice(0, 7)}-01` : since, to, compare };
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "statement", [ask]),
    queryFn: ({ signal }) => fetchStatement(ask, signal),
    enabled: since !== "" && to !== "" && ask.since <= to,
    placeholderData: (old) => (old?.kind === kind ? old : undefined),
  });
  const save = (what: "sheet" | "paper") => download(fileOf({ ...ask, layout: data?.layout ?? "" }, what), `${kind}-${to}.${what === "sheet" ? "xlsx" : "pdf"}`).catch((failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) }));
  return (
    <div className="page">
      <PageHead title={t("st.title")} after={data && <span className="dim">{data.currency}</span>}
        actions={<><Button icon={<FileSpreadsheet size={15} />} onClick={() => void save("sheet")}>{t("st.sheet")}</Button><Button icon={<Printer size={15} />} onClick={() => void save("paper")}>{t("st.paper")}</Button></>} />
      <Tabs label={t("st.title")} value={kind} onChange={(next) => { setKind(next as StatementKind); setPicked(null); }} tabs={KINDS.map((key) => ({ key, label: t(`st.${key}`) }))} />
      <div className="fi-bar le-bar">
        {kind !== "balance_sheet" && <><span className="fi-day"><DayInput aria-label={t("st.since")} value={since} max={to} onChange={setSince} /></span><span className="dim">–</span></>}
        {kind === "balance_sheet" && <span className="dim">{t("st.asOf")}</span>}
        <span className="fi-day"><DayInput aria-label={t("st.until")} value={to} onChange={setTo} /></span>
        {data && data.layouts.length > 1 && <Segmented small label={t("st.layout")} value={data.layout} onChange={setLayout} options={data.layouts.map((value) => ({ value, label: t(`st.${value}`) }))} />}
        <CheckLine checked={compare} onChange={(event) => setCompare(event.target.checked)}>{t("st.compare")}</CheckLine>
      </div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("st.failed")}>{problemText(error, said)}</ErrorState>}
      {data && (
        <div className="split">
          <div className="main le-main">
            {kind === "income" && <Key ask={ask} />}
            <div className="le-sheet"><Sheet data={data} picked={picked} onPick={setPicked} halves={kind === "balance_sheet" && !phone && !picked && !compare} /></div>
            <div className="fi-foot"><span><Joint fit={Number(data.difference) === 0 ? 1 : 0} bad />{Number(data.difference) === 0 ? t(`st.ties_${kind}`) : t("st.differs", { amount: data.difference })}</span></div>
          </div>
          {picked && <Behind ask={{ ...ask, layout: data.layout }} data={data} picked={picked} phone={phone} onClose={() => setPicked(null)} />}
        </div>
      )}
    </div>
  );
}

function Sheet({ data, picked, onPick, halves }: { data: Statement; picked: Picked | null; onPick: (picked: Picked) => void; halves: boolean }) {
  const turn = data.rows.findIndex((row) => HALF.includes(row.key));
  if (!halves || turn < 0) return <Table data={data} rows={data.rows} picked={picked} onPick={onPick} />;
  return <div className="le-halves"><Table data={data} rows={data.rows.slice(0, turn + 1)} picked={picked} onPick={onPick} /><Table data={data} rows={data.rows.slice(turn + 1)} picked={picked} onPick={onPick} /></div>;
}

function Table({ data, rows, picked, onPick }: { data: Statement; rows: StatementRow[]; picked: Picked | null; onPick: (picked: Picked) => void }) {
  const { t } = useTranslation("ledger");
  const format = useFormat();
  const numbered = rows.some((row) => row.line !== "");
  return (
    <table className="le-table" aria-label={data.title}>
      <thead><tr><th scope="col">{t("st.item")}</th>{numbered && <th scope="col" className="le-no">{t("st.line")}</th>}{data.columns.map((column) => <th scope="col" className="num" key={column.key}>{column.label}<span className="sub">{data.kind === "balance_sheet" ? column.until : `${format.day(column.since)} – ${format.day(column.until)}`}</span></th>)}</tr></thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={`le-${row.kind}`}>
            <th scope="row">{row.label}</th>
            {numbered && <td className="le-no">{row.line}</td>}
            {data.columns.map((column, index) => (
              <td key={column.key} className={`num${picked?.row.key === row.key && picked.column === index ? " fi-now" : ""}`}>
                {row.kind === "section" ? null : row.opens ? <button type="button" className="le-figure" onClick={() => onPick({ row, column: index })}><Accounting value={row.amounts[index]} /></button> : <Accounting value={row.amounts[index]} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Behind({ ask, data, picked, phone, onClose }: { ask: StatementAsk; data: Statement; picked: Picked; phone: boolean; onClose: () => void }) {
  const { t } = useTranslation("ledger");
  const { t: said } = useTranslation("ui");
  const { slug } = useTenant();
  const column = data.columns[picked.column]!;
  const [account, setAccount] = useState<{ id: number | string; label: string } | null>(null);
  const { data: parts } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "statement-parts", [ask, picked.row.key, column.key]), queryFn: ({ signal }) => fetchParts(ask, picked.row.key, column.key, signal) });
  const since = data.kind === "balance_sheet" ? `${column.until.slice(0, 4)}-01-01` : column.since;
  const body = (
    <div className="fi-lines">
      <header>
        {account && <Button size="small" variant="text" icon={<ChevronLeft size={16} />} aria-label={t("st.back")} onClick={() => setAccount(null)} />}
        <h3 className="ell">{account?.label ?? picked.row.label}</h3>
        {!phone && <Button size="small" variant="text" icon={<X size={16} />} aria-label={said("close")} onClick={onClose} />}
      </header>
      {!account && <ul>{parts?.results.map((part) => <li key={part.account.id} className="le-part"><button type="button" onClick={() => setAccount({ id: part.account.id, label: `${part.account.code} ${part.account.label}` })}><span className="code">{part.account.code}</span><span className="ell">{part.account.label}</span><Accounting value={part.amount} /></button></li>)}</ul>}
      {account && (data.kind === "cash_flow" ? <Cash account={account.id} since={column.since} to={column.until} /> : <LedgerLines account={account.id} since={since} until={column.until} />)}
    </div>
  );
  if (phone) return <Drawer open title={picked.row.label} onClose={onClose}>{body}</Drawer>;
  return <RightRail width={380} label={t("st.behind")}>{body}</RightRail>;
}

function Cash({ account, since, to }: { account: number | string; since: string; to: string }) {
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "cash-lines", [account, since, to]), queryFn: ({ signal }) => fetchCashLines(account, since, to, signal) });
  return <ul>{data?.results.map((line) => <li key={line.id}><span className="dim">{format.day(line.entry_date)}</span><div><p className="ell"><EntityLink entity="finance.journal_entry" id={line.entry.id}>{line.entry.label}</EntityLink></p><p className="xs dim ell">{[line.party, line.narration].filter(Boolean).join(" · ")}</p></div><Accounting value={Number(line.debit) === 0 ? line.credit : `-${line.debit}`} /></li>)}</ul>;
}

/** What is read beside the income: margin, and how long money is on its way. */
function Key({ ask }: { ask: StatementAsk }) {
  const { t } = useTranslation("ledger");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "ratios", [ask.since, ask.to]), queryFn: ({ signal }) => fetchRatios(ask, signal) });
  if (!data) return null;
  const days = (value: string | null) => (value === null ? "–" : t("st.days", { days: format.number(value) }));
  return <Facts><Fact label={t("st.margin")} value={data.gross_margin === null ? "–" : format.percent(data.gross_margin)} /><Fact label={t("st.dio")} value={days(data.dio)} /><Fact label={t("st.dso")} value={days(data.dso)} /><Fact label={t("st.dpo")} value={days(data.dpo)} /><Fact label={t("st.ccc")} value={days(data.ccc)} note={t("st.cccWhy")} /></Facts>;
}
