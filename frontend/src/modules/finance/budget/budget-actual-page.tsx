/** Budget, actual and what is committed, up to a month and over the year; each figure leads to its postings and orders. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { usePhone } from "@/platform/records/use-media";
import { useTenant } from "@/platform/session/session";
import { Accounting } from "@/ui/accounting";
import { Button } from "@/ui/button";
import { Bar } from "@/ui/figures";
import { Grid, type GridColumn } from "@/ui/grid";
import { Drawer } from "@/ui/overlay/dialog";
import { PageHead, RightRail } from "@/ui/page";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchActual, fetchLines, type ActualRow } from "./api";
import { monthName } from "./sheet";
import "../pages/finance.css";
import "./budget.css";

/** Above the budget is bad for what is spent, below it for what is earned. */
const worse = (row: ActualRow) => (row.account.type === "revenue" ? Number(row.left) > 0 : Number(row.left) < 0);

function Behind({ row, since, until }: { row: ActualRow; since: string; until: string }) {
  const { t } = useTranslation("budget");
  const format = useFormat();
  const { slug } = useTenant();
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.journal_entry", "budget-lines", [row.account.id, row.department?.id, since, until]), queryFn: ({ signal }) => fetchLines(row, since, until, signal) });
  if (!data) return null;
  return (
    <>
      {data.committed.length > 0 && <><h3 className="bu-part">{t("committed")}</h3><ul>{data.committed.map((line) => (
        <li key={`${line.document.entity} ${line.document.id} ${line.month} ${line.amount}`}><span className="dim">{monthName(line.month, format.language)}</span><EntityLink entity={line.document.entity} id={line.document.id}>{line.document.label}</EntityLink><Accounting value={line.amount} /></li>
      ))}</ul></>}
      <h3 className="bu-part">{t("actual")}</h3>
      {data.postings.length === 0 && <p className="dim">{t("noPostings")}</p>}
      <ul>{data.postings.map((line) => (
        <li key={line.id}>
          <span className="dim">{format.day(line.entry_date)}</span>
          <div>
            <p className="ell">{line.source && <EntityLink entity={line.source.entity} id={line.source.id}><b className="medium">{line.source.label}</b></EntityLink>} <EntityLink entity="finance.journal_entry" id={line.entry.id}><span className="sub xs">{line.entry.label}</span></EntityLink></p>
            <p className="xs dim ell">{line.narration}</p>
          </div>
          <Accounting value={line.amount} />
        </li>
      ))}</ul>
    </>
  );
}

export function BudgetActualPage() {
  const { t } = useTranslation("budget");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const phone = usePhone();
  const { slug } = useTenant();
  const [budget, setBudget] = useState<number | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const [open, setOpen] = useState<ActualRow | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(slug, "finance.budget", "actual", [budget, until]),
    queryFn: ({ signal }) => fetchActual(budget, until, signal),
    placeholderData: (old) => old,
  });
  const used = (row: ActualRow) => { const of = Number(row.budget); return of === 0 ? 0 : ((Number(row.actual) + Number(row.committed)) / of) * 100; };
  const columns: GridColumn<ActualRow>[] = [
    { key: "account", title: t("account"), width: 190, grow: true, emphasised: true, cell: (row) => row.account.label },
    { key: "department", title: t("department"), width: 120, cell: (row) => row.department?.label ?? <span className="dim">{t("all")}</span> },
    { key: "budget", title: t("budget"), width: 116, numeric: true, cell: (row) => <Accounting value={row.budget} /> },
    { key: "actual", title: t("actual"), width: 116, numeric: true, cell: (row) => <Accounting value={row.actual} /> },
    { key: "committed", title: t("committed"), width: 108, numeric: true, cell: (row) => <Accounting value={row.committed} /> },
    { key: "left", title: t("left"), width: 116, numeric: true, cell: (row) => <b className={worse(row) ? "t-bad" : undefined}><Accounting value={row.left} /></b> },
    { key: "used", title: t("used"), width: 120, cell: (row) => <><Bar percent={used(row)} tone={row.account.type !== "revenue" && used(row) > 100 ? "bad" : "brand"} label={`${Math.round(used(row))} %`} /> <span className="sub">{Math.round(used(row))} %</span></> },
    { key: "year", title: t("year"), width: 116, numeric: true, cell: (row) => <span className="dim"><Accounting value={row.year} /></span> },
  ];
  const since = data?.months[0];
  const last = data?.until ?? null;
  const behind = open && since && last && <div className="fi-lines"><Behind row={open} since={since} until={last} /></div>;
  const grid = data && data.rows.length > 0 && <Grid<ActualRow> label={t("title")} columns={columns} rows={data.rows} rowKey={(row) => `${row.account.id} ${row.department?.id ?? ""}`} onOpen={setOpen} />;
  return (
    <div className="page">
      <PageHead title={t("title")} after={data && <span className="dim">{data.currency}</span>} />
      {data && data.budgets.length > 0 && (
        <div className="fi-bar">
          <select className="input" aria-label={t("version")} style={{ width: 220 }} value={data.budget?.id ?? ""} onChange={(event) => { setBudget(Number(event.target.value)); setUntil(null); }}>
            {!data.budget && <option value="" />}
            {data.budgets.map((one) => <option key={one.id} value={one.id}>{one.year.label} · {one.label} · {t(`status.${one.status}`)}</option>)}
          </select>
          <select className="input" aria-label={t("until")} value={last ?? ""} onChange={(event) => setUntil(event.target.value)}>
            {data.months.map((month) => <option key={month} value={month}>{t("upTo", { month: monthName(month, format.language) })}</option>)}
          </select>
        </div>
      )}
      {isPending && <GridSkeleton />}
      {error && !data && <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>}
      {data && !data.budget && <EmptyState title={t("noBudget")}>{t("noBudgetWhy")}</EmptyState>}
      {data?.budget && data.rows.length === 0 && <EmptyState title={t("none")}>{t("noneWhy")}</EmptyState>}
      {grid && (phone || !open ? grid : (
        <div className="split">
          <div className="main">{grid}</div>
          <RightRail width={360} label={t("behind")}>
            <div className="fi-lines"><header><h3 className="ell">{open.account.label}</h3><Button size="small" variant="text" icon={<X size={16} />} aria-label={t("leave")} onClick={() => setOpen(null)} /></header></div>
            {behind}
          </RightRail>
        </div>
      ))}
      {phone && open && <Drawer open title={open.account.label} onClose={() => setOpen(null)}>{behind}</Drawer>}
    </div>
  );
}
