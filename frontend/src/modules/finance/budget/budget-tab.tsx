/** The table of a budget: rows are accounts and departments, columns months. Typed over like a sheet: arrows and Enter
 * move, Escape puts back, a block copied from a sheet is pasted where the cursor stands. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { fetchLastYear, fetchTable, saveTable, type BudgetTable, type CellValue, type Place } from "./api";
import { amountOf, grow, monthName, pasted, spread, sumOf, toCents } from "./sheet";
import "./budget.css";

type SheetRow = Place & { amounts: (string | null)[] };
const placeKey = (place: Place) => `${place.account.id} ${place.department?.id ?? ""}`;
const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

function move(event: KeyboardEvent<HTMLInputElement>, row: number, column: number) {
  const field = event.currentTarget;
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  const side = all && event.key === "ArrowLeft" ? -1 : all && event.key === "ArrowRight" ? 1 : 0;
  const [down, right] = steps[event.key] ?? [0, side];
  if (!down && !right) return;
  event.preventDefault();
  const next = field.closest("table")?.querySelector<HTMLInputElement>(`[data-cell="${row + (event.shiftKey ? -down : down)},${column + right}"]`);
  if (next) next.focus();
  else field.blur();
}

function Cell({ value, label, locked, at, onEnter, onPaste }: { value: string | null; label: string; locked: boolean; at: [number, number]; onEnter: (amount: string) => void; onPaste: (text: string) => boolean }) {
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = value === null || toCents(value) === 0n ? "" : value;
  const leave = () => {
    const wanted = typed === null ? undefined : amountOf(typed);
    setTyped(null);
    if (wanted !== undefined && toCents(wanted) !== toCents(value ?? "0")) onEnter(wanted);
  };
  return (
    <input
      className="bu-cell num" inputMode="decimal" aria-label={label} readOnly={locked} data-cell={at.join(",")}
      aria-invalid={typed !== null && amountOf(typed) === undefined ? true : undefined}
      value={typed ?? (shown && format.amount(shown, 0))} title={shown ? format.amount(shown) : undefined}
      onFocus={(event) => { if (!locked) setTyped(shown.replace(/\.00$/, "")); const field = event.currentTarget; requestAnimationFrame(() => field.select()); }}
      onChange={(event) => setTyped(event.target.value)} onBlur={leave}
      onPaste={(event: ClipboardEvent<HTMLInputElement>) => { if (!locked && onPaste(event.clipboardData.getData("text"))) { event.preventDefault(); setTyped(null); } }}
      onKeyDown={(event) => { if (event.key === "Escape") setTyped(shown); else move(event, ...at); }}
    />
  );
}

export function BudgetTab({ record }: { record: Row }) {
  const { t } = useTranslation("budget");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const key = keyOf(slug, "finance.budget", "table", [record.id, record.version]);
  const { data, error } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchTable(record.id, signal) });
  if (error && !data) return <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>;
  return data ? <Sheet key={data.budget.version} table={data} /> : <GridSkeleton />;
}

function Sheet({ table }: { table: BudgetTable }) {
  const { t } = useTranslation("budget");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const mayEdit = useCan("finance.budget.update");
  const [rows, setRows] = useState<SheetRow[]>(table.rows);
  const [adding, setAdding] = useState(false);
  const [spreading, setSpreading] = useState<SheetRow | null>(null);
  const locked = !mayEdit || table.budget.status !== "draft";
  const before = new Map(table.rows.map((row) => [placeKey(row), row.amounts]));
  const changed: CellValue[] = rows.flatMap((row) => row.amounts.flatMap((amount, at) =>
    toCents(amount ?? "0") === toCents(before.get(placeKey(row))?.[at] ?? "0") ? [] : [{ account: Number(row.account.id), department: row.department ? Number(row.department.id) : null, month: table.months[at]!, amount }]));
  const save = useMutation({
    mutationFn: () => saveTable(table.budget.id, changed),
    onSuccess: () => { toast(t("saved")); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const put = (row: number, column: number, amounts: string[][]) =>
    setRows((old) => old.map((one, at) => {
      const given = amounts[at - row];
      return given ? { ...one, amounts: one.amounts.map((amount, month) => given[month - column] ?? amount) } : one;
    }));
  const paste = (row: number, column: number, text: string): boolean => {
    const cells = pasted(text);
    if (cells.length === 1 && cells[0]?.length === 1) return false;
    const read = cells.map((line) => line.map(amountOf));
    if (read.some((line) => line.includes(undefined))) {
      toast({ tone: "bad", text: t("notAmounts") });
      return true;
    }
    put(row, column, read as string[][]);
    if (row + cells.length > rows.length) toast(t("tooLong", { count: row + cells.length - rows.length }));
    return true;
  };
  const totals = (kind: "revenue" | "cost") => table.months.map((_, at) => sumOf(rows.filter((row) => (row.account.type === "revenue") === (kind === "revenue")).map((row) => row.amounts[at] ?? null)));
  return (
    <>
      <div className="bu-bar">
        {!locked && <Button size="small" icon={<Plus size={14} />} onClick={() => setAdding(true)}>{t("addRow")}</Button>}
        <span className="dim grow">{locked ? table.budget.status === "draft" ? "" : t("fixed") : t("keys")}</span>
        {!locked && changed.length > 0 && <Button size="small" variant="text" onClick={() => setRows(table.rows)}>{t("undo")}</Button>}
        {!locked && <Button size="small" variant="primary" disabled={changed.length === 0} busy={save.isPending} onClick={() => save.mutate()}>{changed.length > 0 ? t("saveCount", { count: changed.length }) : t("save")}</Button>}
      </div>
      {rows.length === 0 ? <EmptyState title={t("none")}>{t("noneWhy")}</EmptyState> : (
        <div className="bu-sheet">
          <table>
            <thead><tr><th scope="col">{t("account")}</th>{table.months.map((month) => <th key={month} scope="col" className="num">{monthName(month, format.language)}</th>)}<th scope="col" className="num">{t("year")}</th><th /></tr></thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={placeKey(row)}>
                  <th scope="row"><span className="ell">{row.account.label}</span><span className="sub ell">{row.department?.label ?? t("all")}</span></th>
                  {row.amounts.map((amount, month) => (
                    <td key={month}><Cell value={amount} at={[at, month]} locked={locked} label={`${row.account.label} ${row.department?.label ?? ""} ${monthName(table.months[month]!, format.language)}`}
                      onEnter={(value) => put(at, month, [[value]])} onPaste={(text) => paste(at, month, text)} /></td>
                  ))}
                  <td className="num bu-sum">{format.amount(sumOf(row.amounts), 0)}</td>
                  <td>{!locked && <Button size="small" variant="text" onClick={() => setSpreading(row)}>{t("spread")}</Button>}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              {(["revenue", "cost"] as const).map((kind) => {
                const sums = totals(kind);
                return <tr key={kind}><th scope="row">{t(kind)}</th>{sums.map((amount, at) => <td key={at} className="num">{format.amount(amount, 0)}</td>)}<td className="num bu-sum">{format.amount(sumOf(sums), 0)}</td><td /></tr>;
              })}
            </tfoot>
          </table>
        </div>
      )}
      {adding && <AddRow table={table} rows={rows} onClose={() => setAdding(false)} onAdd={(place) => { setRows([...rows, { ...place, amounts: table.months.map(() => null) }]); setAdding(false); }} />}
      {spreading && <Spread table={table} row={spreading} onClose={() => setSpreading(null)} onDone={(amounts) => { put(rows.findIndex((row) => placeKey(row) === placeKey(spreading)), 0, [amounts]); setSpreading(null); }} />}
    </>
  );
}

function AddRow({ table, rows, onAdd, onClose }: { table: BudgetTable; rows: SheetRow[]; onAdd: (place: Place) => void; onClose: () => void }) {
  const { t } = useTranslation("budget");
  const [account, setAccount] = useState("");
  const [department, setDepartment] = useState("");
  const chosen = table.accounts.find((one) => String(one.id) === account);
  const place: Place | null = chosen ? { account: chosen, department: table.departments.find((one) => String(one.id) === department) ?? null } : null;
  const twice = place !== null && rows.some((row) => placeKey(row) === placeKey(place));
  return (
    <Dialog open title={t("addRow")} onClose={onClose} foot={<><Button onClick={onClose}>{t("leave")}</Button><Button variant="primary" disabled={!place || twice} onClick={() => place && onAdd(place)}>{t("add")}</Button></>}>
      <div className="bu-form">
        <SelectField label={t("account")} value={account} onChange={(event) => setAccount(event.target.value)}
          options={[{ value: "", label: t("choose") }, ...table.accounts.map((one) => ({ value: String(one.id), label: one.group ? `${one.label} · ${t("group")}` : one.label }))]} />
        <SelectField label={t("department")} value={department} onChange={(event) => setDepartment(event.target.value)}
          options={[{ value: "", label: t("all") }, ...table.departments.map((one) => ({ value: String(one.id), label: one.label }))]} />
        {twice && <p className="t-bad">{t("twice")}</p>}
      </div>
    </Dialog>
  );
}

function Spread({ table, row, onDone, onClose }: { table: BudgetTable; row: SheetRow; onDone: (amounts: string[]) => void; onClose: () => void }) {
  const { t } = useTranslation("budget");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const [total, setTotal] = useState("");
  const [percent, setPercent] = useState("0");
  const { data: last, error } = useQuery({ queryKey: keyOf(slug, "finance.budget", "last-year", [table.budget.id, placeKey(row)]), queryFn: () => fetchLastYear(table.budget.id, row) });
  const even = amountOf(total);
  return (
    <Dialog open title={t("spreadOf", { row: row.account.label })} onClose={onClose}>
      <div className="bu-form">
        <TextField label={t("evenly")} note={t("evenlyWhy")} inputMode="decimal" value={total} onChange={(event) => setTotal(event.target.value)} />
        <Button disabled={!total.trim() || even === undefined} onClick={() => even !== undefined && onDone(spread(even, table.months.length))}>{t("spreadEvenly")}</Button>
        <TextField label={t("percent")} note={error ? problemText(error, said) : last ? t("lastYear", { amount: format.amount(sumOf(last)) }) : undefined} inputMode="decimal" suffix="%" value={percent} onChange={(event) => setPercent(event.target.value)} />
        <Button disabled={!last || !Number.isFinite(Number(percent))} onClick={() => last && onDone(grow(last, Number(percent)))}>{t("likeLastYear")}</Button>
      </div>
    </Dialog>
  );
}
