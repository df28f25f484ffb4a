/** Tab of an inquiry: item × supplier on landed cost in our currency. A line, or a share of it, goes to a supplier with a press; the reason is asked where it is not the best offer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { award, type Asked, type Comparison, type Cell, type Line } from "./api";
import { useComparison } from "./use-comparison";
import "./inquiries.css";

/** line → supplier asked → how much (stock unit); empty: all that is left. */
type Chosen = Record<number, Record<number, string>>;

export function ComparisonTab({ record }: { record: Row }) {
  const { t } = useTranslation("inquiries");
  const { t: said } = useTranslation("records");
  const { data, error } = useComparison(record);
  if (error) return <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  const answered = data.suppliers.filter((one) => one.answer);
  if (data.sealed && answered.length === 0) return <Sealed data={data} />;
  if (answered.length === 0) return <EmptyState inline title={t("none")}>{t(data.status === "draft" ? "noneDraft" : "noneWhy")}</EmptyState>;
  return <Grid key={`${record.version}`} data={data} record={record} answered={answered} />;
}

function Sealed({ data }: { data: Comparison }) {
  const { t } = useTranslation("inquiries");
  const format = useFormat();
  const given = data.suppliers.filter((one) => one.status === "answered").length;
  return (
    <div className="iq-sealed">
      <Lock size={22} aria-hidden />
      <p><b>{t("sealed", { at: format.moment(data.closes_at) })}</b></p>
      <p className="sub">{t("sealedWhy", { count: given, of: data.suppliers.length })}</p>
    </div>
  );
}

function Grid({ data, record, answered }: { data: Comparison; record: Row; answered: Asked[] }) {
  const { t } = useTranslation("inquiries");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const may = useCan("inventory.inquiry.award") && data.status === "opened";
  const [chosen, setChosen] = useState<Chosen>({});
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const [options, setOptions] = useState({ agree_prices: true, tell_losers: false, finish: false });
  const intent = useRef<{ of: string; key: string } | null>(null);
  const pick = (line: number, asked: number) => setChosen((old) => {
    const { [asked]: had, ...others } = old[line] ?? {};
    return { ...old, [line]: had === undefined ? { ...others, [asked]: "" } : others };
  });
  const rows = data.lines.flatMap((line) => Object.entries(chosen[line.id] ?? {}).map(([asked, quantity]) => ({ line, asked: data.suppliers.find((one) => one.id === Number(asked))!, quantity })));
  const needsReason = (row: (typeof rows)[number]) => row.line.best !== row.asked.id;
  const key = (row: (typeof rows)[number]) => `${row.line.id}-${row.asked.id}`;
  const complete = rows.length > 0 && rows.every((row) => !needsReason(row) || reasons[key(row)]?.trim()) && rows.every((row) => Object.keys(chosen[row.line.id]!).length === 1 || row.quantity.trim());
  const decide = useMutation({
    mutationFn: () => {
      const awards = rows.map((row) => ({ line: row.line.id, supplier: row.asked.supplier.id, quantity: row.quantity.trim() || null, reason: reasons[key(row)] ?? "" }));
      const of = JSON.stringify([awards, options]);
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return award(record.id, { awards, ...options }, intent.current.key);
    },
    onSuccess: ({ orders }) => { toast(t("made", { orders: orders.map((one) => one.label).join(t("comma")) })); setChosen({}); void client.invalidateQueries(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const best = () => setChosen(Object.fromEntries(data.lines.filter((line) => line.best !== null && Number(line.awarded) === 0).map((line) => [line.id, { [line.best!]: "" }])));
  return (
    <div className="iq">
      {data.sealed && <p className="iq-note"><Lock size={14} aria-hidden /> {t("roundSealed", { round: data.round, at: format.moment(data.closes_at) })}</p>}
      <div className="iq-scroll" tabIndex={0} role="region" aria-label={t("comparison")}>
        <table className="iq-grid">
          <thead>
            <tr>
              <th scope="col">{t("item", { currency: data.currency })}</th>
              {answered.map((one) => <SupplierHead key={one.id} one={one} of={data.lines.length} currency={data.currency} />)}
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line) => (
              <tr key={line.id}>
                <th scope="row">
                  <EntityLink entity={line.product.entity} id={line.product.id}>{line.product.label}</EntityLink>
                  <span className="sub ell">{line.name}</span>
                  <span className="num">{format.quantity(line.base_quantity)} {line.base_unit}{line.second_quantity && <span className="dim"> ≈ {format.quantity(line.second_quantity)} {line.second_unit}</span>}{line.needed_on && <span className="dim"> · {format.day(line.needed_on)}</span>}</span>
                  {Number(line.awarded) > 0 && <span className="t-good num">{t("awarded", { quantity: format.quantity(line.awarded) })}</span>}
                </th>
                {answered.map((one) => <OfferCell key={one.id} line={line} one={one} cell={line.cells[one.id]} picked={chosen[line.id]?.[one.id] !== undefined} onPick={may && Number(line.awarded) < Number(line.base_quantity) && !one.answer!.expired ? () => pick(line.id, one.id) : undefined} awards={data.awards} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {may && (
        <section className="iq-award" aria-label={t("award")}>
          <header><h3>{t("award")}</h3><span className="grow" />{rows.length === 0 && <Button size="small" onClick={best}>{t("takeBest")}</Button>}</header>
          {rows.length === 0 && <p className="dim">{t("howTo")}</p>}
          {rows.map((row) => (
            <div className="iq-row" key={key(row)}>
              <span className="grow ell"><b>{row.line.product.label}</b> → {row.asked.supplier.label}</span>
              <TextField label={t("share", { unit: row.line.base_unit })} inputMode="decimal" placeholder={format.quantity(row.line.base_quantity)} value={row.quantity} onChange={(event) => setChosen((old) => ({ ...old, [row.line.id]: { ...old[row.line.id], [row.asked.id]: event.target.value } }))} />
              <TextField label={t(needsReason(row) ? "reasonNeeded" : "reason")} value={reasons[key(row)] ?? ""} onChange={(event) => setReasons({ ...reasons, [key(row)]: event.target.value })} />
            </div>
          ))}
          {rows.length > 0 && (
            <footer>
              <CheckLine checked={options.agree_prices} onChange={(event) => setOptions({ ...options, agree_prices: event.target.checked })}>{t("agree")}</CheckLine>
              <CheckLine checked={options.tell_losers} onChange={(event) => setOptions({ ...options, tell_losers: event.target.checked })}>{t("tell")}</CheckLine>
              <CheckLine checked={options.finish} onChange={(event) => setOptions({ ...options, finish: event.target.checked })}>{t("finish")}</CheckLine>
              <span className="grow" />
              <Button variant="primary" busy={decide.isPending} disabled={!complete} onClick={() => decide.mutate()}>{t("makeOrders")}</Button>
            </footer>
          )}
        </section>
      )}
      {data.awards.length > 0 && (
        <ul className="iq-done">
          {data.awards.map((one, index) => (
            <li key={index}>
              <span className="num">{format.quantity(one.quantity)}</span>
              <b className="ell">{data.lines.find((line) => line.id === one.line)?.product.label}</b>
              <span className="ell">{data.suppliers.find((asked) => asked.id === one.supplier)?.supplier.label}</span>
              {one.order && <EntityLink entity={one.order.entity} id={one.order.id}>{one.order.label}</EntityLink>}
              <span className="sub ell grow">{one.reason}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function SupplierHead({ one, of, currency }: { one: Asked; of: number; currency: string }) {
  const { t } = useTranslation("inquiries");
  const format = useFormat();
  const answer = one.answer!;
  return (
    <th scope="col">
      <EntityLink entity={one.supplier.entity} id={one.supplier.id}>{one.supplier.label}</EntityLink>
      <span className="num">{format.money(answer.total, currency)}<span className={answer.lines < of ? "t-warn" : "dim"}> · {t("lines", { count: answer.lines, of })}</span></span>
      <span className="sub num">{answer.currency}{answer.currency !== currency && ` × ${format.number(answer.rate, { trim: true })}`}{answer.valid_until && <span className={answer.expired ? "t-bad" : "dim"}> · {t("goodUntil", { on: format.day(answer.valid_until) })}</span>}</span>
      {answer.words && <span className="dim ell" title={answer.words}>{answer.words}</span>}
    </th>
  );
}

function OfferCell({ line, one, cell, picked, onPick, awards }: { line: Line; one: Asked; cell: Cell | undefined; picked: boolean; onPick?: () => void; awards: Comparison["awards"] }) {
  const { t } = useTranslation("inquiries");
  const format = useFormat();
  if (!cell) return <td className="missing">{t("missing")}</td>;
  const best = line.best === one.id;
  const won = awards.some((each) => each.line === line.id && each.supplier === one.id);
  const parts = t("parts", { goods: format.amount(cell.goods), duty: format.amount(cell.duty), freight: format.amount(cell.freight) });
  const body = (
    <>
      <b className="num">{format.amount(cell.total)}</b>{best && <span className="iq-best">{t("best")}</span>}{won && <span className="iq-won">{t("won")}</span>}
      <span className="num sub">{t("perUnit", { cost: format.amount(cell.unit_cost, 4), unit: line.cost_unit })}</span>
      <span className="num dim">{format.money(cell.price, cell.currency, 4)} / {cell.per !== "1" && Number(cell.per) !== 1 ? `${format.quantity(cell.per)} ` : ""}{cell.unit}</span>
      {cell.arrives_on && <span className={cell.late ? "t-bad num" : "dim num"}>{t("arrives", { on: format.day(cell.arrives_on) })}</span>}
      {cell.least && <span className="t-warn num">{t("least", { quantity: format.quantity(cell.least), unit: line.base_unit })}</span>}
      {cell.alternative && <span className="sub ell" title={cell.alternative}>{cell.alternative}</span>}
    </>
  );
  return (
    <td className={best ? "best" : undefined} title={parts}>
      {onPick ? <button type="button" aria-pressed={picked} onClick={onPick}>{body}</button> : <div>{body}</div>}
    </td>
  );
}
