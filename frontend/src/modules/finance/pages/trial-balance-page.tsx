/** Trial balance as of any days, down to the entries of an account; the foot says whether the books prove themselves. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { DayInput } from "@/platform/fields/date/day-field";
import { problemText } from "@/platform/records";
import { usePhone } from "@/platform/records/use-media";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { Grid, type GridColumn } from "@/ui/grid";
import { Joint } from "@/ui/joint";
import { Drawer } from "@/ui/overlay/dialog";
import { PageHead, RightRail } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchCheck, fetchLedger, fetchTrialBalance, type BalanceRow } from "../api/reports";
import { LedgerLines } from "../components/ledger-lines";
import "./finance.css";

const WIDE = ["opening", "debit", "credit", "closing"] as const;
/** On a phone the balance comes first, what made it is a swipe away. */
const NARROW = ["closing", "debit", "credit", "opening"] as const;

function Ledger({ account, since, until, onClose }: { account: number | string; since: string; until: string; onClose: () => void }) {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("ui");
  const phone = usePhone();
  const { slug } = useTenant();
  const { data } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "ledger", [account, since, until]),
    queryFn: ({ signal }) => fetchLedger(account, since, until, signal),
  });
  const title = data ? `${data.account.code} ${data.account.label}` : t("tb.ledger");
  const lines = <LedgerLines account={account} since={since} until={until} />;
  if (phone) return <Drawer open title={title} onClose={onClose}><div className="fi-lines">{lines}</div></Drawer>;
  return (
    <RightRail width={360} label={t("tb.ledger")}>
      <div className="fi-lines">
        <header>
          <h3 className="ell">{title}</h3>
          <Button size="small" variant="text" icon={<X size={16} />} aria-label={said("close")} onClick={onClose} />
        </header>
        {lines}
      </div>
    </RightRail>
  );
}

export function TrialBalancePage() {
  const { t } = useTranslation("finance");
  const { t: said } = useTranslation("records");
  const { slug, today, currency } = useTenant();
  const [since, setSince] = useState(`${today.slice(0, 7)}-01`);
  const [until, setUntil] = useState(today);
  const phone = usePhone();
  const figures = phone ? NARROW : WIDE;
  const [account, setAccount] = useState<number | string | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.journal_entry", "trial-balance", [since, until]),
    queryFn: ({ signal }) => fetchTrialBalance(since, until, signal),
    enabled: since !== "" && until !== "",
    placeholderData: (old) => old,
  });
  const { data: findings } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "check", {}), queryFn: ({ signal }) => fetchCheck(signal) });
  const columns: GridColumn<BalanceRow>[] = [
    { key: "account", title: t("tb.account"), width: phone ? 190 : 220, grow: true, cell: (row) => <span className="fi-acc" style={{ paddingInlineStart: Math.max(0, row.level - 1) * 16 }}><span className="code">{row.account.code}</span><span className="ell">{row.account.label}</span></span> },
    ...figures.map((key) => ({ key, title: t(`tb.${key}`), width: 130, numeric: true, cell: (row: BalanceRow) => <Accounting value={row[key]} /> })),
  ];
  const total = data?.total;
  return (
    <div className="page">
      <PageHead title={t("tb.title")} after={<span className="dim">{currency}</span>} />
      <div className="fi-bar">
        <span className="fi-day"><DayInput aria-label={t("tb.since")} value={since} max={until} onChange={setSince} /></span>
        <span className="dim">–</span>
        <span className="fi-day"><DayInput aria-label={t("tb.until")} value={until} min={since} onChange={setUntil} /></span>
      </div>
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("tb.failed")}>{problemText(error, said)}</ErrorState>}
      {data && data.rows.length === 0 && <EmptyState title={t("tb.none")}>{t("tb.noneWhy")}</EmptyState>}
      {data && data.rows.length > 0 && (
        <div className="split">
          <div className="main" style={{ display: "flex", flexDirection: "column", minHeight: 0 }}>
            <Grid<BalanceRow> label={t("tb.title")} columns={columns} rows={data.rows} rowKey={(row) => row.account.id} density="compact"
              rowClass={(row) => [row.is_group && "fi-group", row.account.id === account && "fi-now"].filter(Boolean).join(" ") || undefined} onOpen={(row) => setAccount(row.account.id)}
              foot={[t("tb.total"), ...figures.map((key) => <Accounting key={key} value={total?.[key] ?? "0"} />)]} />
            <div className="fi-foot">
              <span><Joint fit={total?.debit === total?.credit ? 1 : 0} bad />{t(total?.debit === total?.credit ? "tb.balanced" : "tb.unbalanced")}</span>
              {findings && <span><Joint fit={findings.length === 0 ? 1 : 0} bad />{findings.length === 0 ? t("tb.proved") : findings[0]}</span>}
            </div>
          </div>
          {account !== null && <Ledger account={account} since={since} until={until} onClose={() => setAccount(null)} />}
        </div>
      )}
    </div>
  );
}
