/** What comes of a what-if beside the plan without it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { subtract } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { Button } from "@/ui/button";
import { Fact, Facts } from "@/ui/figures";
import { daysBetween } from "@/ui/format/date";
import { Status, type StatusKind } from "@/ui/status";
import { bucketName } from "../ahead/bucket";
import type { Comparison, ComparedLine, Outcome, Verdict } from "./api";
import "../ahead/ahead.css";

const TONE: Record<Verdict, StatusKind> = { later: "late", earlier: "done", new: "open", off: "off", same: "draft" };

export function Outcomes({ data, outcome, onLine }: { data: Comparison; outcome: Outcome; onLine?: (line: ComparedLine) => void }) {
  const { t } = useTranslation("whatif");
  const format = useFormat();
  const { base, branch } = outcome;
  return (
    <>
      <section>
        <header className="wi-head"><h3>{t("outcome")}</h3>{data.planned_at && <span className="dim xs">{t("asOf", { when: format.moment(data.planned_at) })}</span>}</header>
        <Facts kpis>
          <Pair label={t("fact.late")} was={base.late} now={branch.late} />
          <Pair label={t("fact.exceptions")} was={base.exceptions} now={branch.exceptions} />
          {branch.cost !== undefined && base.cost !== undefined && <Money label={t("fact.cost")} was={base.cost} now={branch.cost} note={Number(branch.extra) > 0 ? t("fact.overtime", { amount: format.money(branch.extra, undefined, 0) }) : undefined} />}
          {branch.purchase !== undefined && base.purchase !== undefined && <Money label={t("fact.purchase")} was={base.purchase} now={branch.purchase} />}
          {branch.stock && base.stock && <Money label={t("fact.stock")} was={base.stock.at(-1) ?? "0"} now={branch.stock.at(-1) ?? "0"} neutral />}
          {branch.cash && base.cash && <Money label={t("fact.cash")} was={base.cash.at(-1) ?? "0"} now={branch.cash.at(-1) ?? "0"} more />}
        </Facts>
      </section>
      <Lines data={data} onLine={onLine} />
      <Exceptions outcome={outcome} />
      <Weeks outcome={outcome} />
    </>
  );
}

function Pair({ label, was, now }: { label: string; was: number; now: number }) {
  const { t } = useTranslation("whatif");
  const tone = now < was ? "good" : now > was ? "bad" : undefined;
  return <Fact label={label} value={now} tone={tone} note={now === was ? t("asPlanned") : t("planned", { was })} />;
}

function Money({ label, was, now, note, neutral, more }: { label: string; was: string; now: string; note?: string; neutral?: boolean; more?: boolean }) {
  const { t } = useTranslation("whatif");
  const format = useFormat();
  const by = subtract(now, was);
  const better = more ? Number(by) > 0 : Number(by) < 0;
  const sign = Number(by) > 0 ? "+" : "";
  return <Fact label={label} value={format.money(now, undefined, 0)} note={Number(by) === 0 ? t("asPlanned") : <>{sign}{format.money(by, undefined, 0)}{note && <> · {note}</>}</>} noteTone={Number(by) === 0 || neutral ? undefined : better ? "good" : "bad"} />;
}

function Lines({ data, onLine }: { data: Comparison; onLine?: (line: ComparedLine) => void }) {
  const { t } = useTranslation("whatif");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const differ = data.lines.filter((line) => line.verdict !== "same");
  const rows = all ? data.lines : differ;
  const same = data.line_count - differ.length;
  const day = (on: string | null, absent: boolean) => (on ? format.day(on) : absent ? "–" : t("never"));
  return (
    <section>
      <header className="wi-head"><h3>{t("lines")}</h3><span className="grow" />{same > 0 && <Button size="small" variant="text" onClick={() => setAll(!all)}>{all ? t("onlyDiffer") : t("showSame", { count: same })}</Button>}</header>
      {rows.length === 0 && <p className="sub">{t("noneDiffers")}</p>}
      {rows.length > 0 && (
        <div className="wi-sheet">
          <table>
            <thead><tr><th>{t("line")}</th><th className="num">{t("needed")}</th><th className="num">{t("base")}</th><th className="num">{t("branch")}</th><th>{t("verdict")}</th></tr></thead>
            <tbody>
              {rows.map((line) => {
                const by = line.base_on && line.on ? daysBetween(line.base_on, line.on) : 0;
                const late = line.on !== null && line.needed !== null && line.on > line.needed;
                return (
                  <tr key={line.id}>
                    <th scope="row">
                      {line.order ? <EntityLink entity="shared.sales_order" id={line.order}><b className="medium">{line.label}</b></EntityLink> : <b className="medium">{t("extraOrder")}</b>}
                      {" "}<span className="sub">{line.product.name} × {format.quantity(line.quantity ?? line.base_quantity ?? "0")}</span>
                      {onLine && line.order !== null && <button type="button" className="link xs wi-otherwise" onClick={() => onLine(line)}>{t("otherwise")}</button>}
                    </th>
                    <td className="num">{format.day(line.needed ?? line.base_needed)}</td>
                    <td className="num sub">{day(line.base_on, line.verdict === "new")}</td>
                    <td className={`num${late ? " t-bad" : ""}`}><b className="medium">{day(line.on, line.verdict === "off")}</b></td>
                    <td><Status kind={line.verdict === "same" && late ? "late" : TONE[line.verdict]}>{line.verdict === "later" && by > 0 ? t("daysLater", { count: by }) : line.verdict === "earlier" && by < 0 ? t("daysEarlier", { count: -by }) : line.verdict === "same" && late ? t("stillLate") : t(`is.${line.verdict}`)}</Status></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {all && data.lines.length < data.line_count && <p className="sub xs">{t("firstOf", { shown: data.lines.length, count: data.line_count })}</p>}
    </section>
  );
}

function Exceptions({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation("whatif");
  const { t: plan } = useTranslation("production");
  const format = useFormat();
  if (outcome.exceptions.length === 0) return null;
  return (
    <section>
      <header className="wi-head"><h3>{t("exceptions")}</h3></header>
      <ul className="wi-rows">
        {outcome.exceptions.map((one, at) => (
          <li key={at}>
            <Status kind={one.change === "new" ? "warn" : "done"}>{t(one.change === "new" ? "arises" : "falls")}</Status>
            <span className="wi-what"><b className="medium">{one.label}</b> {plan(`message.${one.kind}`, { defaultValue: one.kind })} <span className="sub">{one.product.label} {one.product.name} × {format.quantity(one.quantity)}</span></span>
            <span className="num sub">{format.day(one.due_on)} → {one.needed_on ? format.day(one.needed_on) : "–"}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Stock and cash week by week, and the work centres whose weeks differ or are too full. */
function Weeks({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation("whatif");
  const { t: ahead } = useTranslation("ahead");
  const format = useFormat();
  const names = outcome.weeks.map((week) => bucketName(week, "week", format.language, (number) => ahead("weekNumber", { number })));
  const { base, branch } = outcome;
  const money = (["stock", "cash"] as const).filter((name) => base[name] && branch[name]);
  const centres = outcome.centres.filter((one) => one.branch.some((asked, n) => Number(asked) > Number(one.branch_capacity[n]) || asked !== one.base[n] || one.branch_capacity[n] !== one.base_capacity[n]));
  if (money.length === 0 && centres.length === 0) return null;
  const share = (asked: string | undefined, capacity: string | undefined) => (Number(capacity) > 0 ? Math.round((Number(asked) / Number(capacity)) * 100) : Number(asked) > 0 ? null : 0);
  const percent = (value: number | null) => (value === null ? t("noTime") : `${value} %`);
  return (
    <section>
      <header className="wi-head"><h3>{t("byWeek")}</h3></header>
      <div className="ah-sheet ah-short wi-weeks">
        <table>
          <thead><tr><th>{format.currency}</th>{names.map((name, n) => <th key={name + n} className="num" scope="col">{name}</th>)}</tr></thead>
          <tbody>
            {money.map((name) => [
              <tr key={name}><th scope="row">{t(`week.${name}`)}</th>{base[name]!.map((amount, n) => <td key={n} className="num sub">{format.amount(amount, 0)}</td>)}</tr>,
              <tr key={`${name}-branch`} className="ah-strong"><th scope="row">{t("with")}</th>{branch[name]!.map((amount, n) => <td key={n} className={`num${amount === base[name]![n] ? " dim" : Number(amount) < Number(base[name]![n]) ? " t-warn" : ""}`}>{amount === base[name]![n] ? t("asBefore") : format.amount(amount, 0)}</td>)}</tr>,
            ])}
            {centres.map((one) => [
              <tr key={one.id} className="wi-centre"><th scope="row"><span className="ell">{one.name}</span></th>{one.base.map((asked, n) => <td key={n} className="num sub">{percent(share(asked, one.base_capacity[n]))}</td>)}</tr>,
              <tr key={`${one.id}-branch`} className="ah-strong"><th scope="row">{t("with")}</th>{one.branch.map((asked, n) => {
                const now = share(asked, one.branch_capacity[n]);
                const same = now === share(one.base[n], one.base_capacity[n]);
                return <td key={n} className={`num${same ? " dim" : now === null || now > 100 ? " t-bad" : ""}`}>{same ? t("asBefore") : percent(now)}</td>;
              })}</tr>,
            ])}
          </tbody>
        </table>
      </div>
    </section>
  );
}
