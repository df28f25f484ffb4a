/** The invoices that a payment can settle, with the part each one gets; below, what is left of the money. */
import { useTranslation } from "react-i18next";
import { compare } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { usePhone } from "@/platform/records/use-media";
import { Check } from "@/ui/controls";
import { Joint } from "@/ui/joint";
import type { OpenItem } from "../api/open-items";
import { plainAmount, sumsOf } from "./spread";
import "../pages/finance.css";

interface Props {
  items: OpenItem[];
  /** What there is to give out. */
  amount: string;
  currency: string;
  typed: ReadonlyMap<number, string>;
  onChange: (typed: Map<number, string>) => void;
}

export function OpenInvoices({ items, amount, currency, typed, onChange }: Props) {
  const { t } = useTranslation("finance");
  const format = useFormat();
  const phone = usePhone();
  const before = phone ? 2 : 3;
  const sums = sumsOf(amount, items, typed);
  const put = (id: number, text: string) => onChange(new Map([...typed].filter(([key]) => key !== id).concat(text === "" ? [] : [[id, text]])));
  const room = (item: OpenItem) => {
    const rest = sumsOf(amount, items, new Map([...typed].filter(([key]) => key !== item.id))).rest;
    return format.number(compare(rest, "0") <= 0 || compare(rest, item.open) >= 0 ? item.open : rest);
  };
  const negative = sums.rest.startsWith("-");
  return (
    <div className="fi-open">
      <table>
        <thead><tr><th scope="col">{t("alloc.invoice")}</th><th scope="col">{t("alloc.due")}</th>{!phone && <th scope="col" className="num">{t("alloc.open", { currency })}</th>}<th scope="col" className="num">{t("alloc.part")}</th></tr></thead>
        <tbody>
          {items.map((item) => {
            const text = typed.get(item.id) ?? "";
            const over = sums.over.includes(item.id);
            const late = format.late(item.due_on);
            return (
              <tr key={item.id}>
                <th scope="row">
                  <label className="check-line"><Check checked={text !== ""} onChange={(event) => put(item.id, event.target.checked ? room(item) : "")} aria-label={t("alloc.use", { number: item.number })} />
                    <span><b className="medium">{item.number}</b>{item.reference && <span className="dim"> {item.reference}</span>}</span></label>
                </th>
                <td>{format.day(item.due_on)}{late && <span className="t-bad"> {late}</span>}</td>
                {!phone && <td className="num">{format.amount(item.open, 2)}</td>}
                <td className="num">
                  {!phone && <Joint fit={text === "" ? 0 : Math.min(1, Number(plainAmount(text)) / Number(item.open))} />}
                  <input className="input" inputMode="decimal" autoComplete="off" value={text} placeholder="–" aria-invalid={over || undefined} aria-label={t("alloc.partOf", { number: item.number })} onChange={(event) => put(item.id, event.target.value)} />
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr><th scope="row" colSpan={before}>{t("alloc.given")}</th><td className="num">{format.amount(sums.given, 2)}</td></tr>
          <tr className={negative ? "t-bad" : "dim"}><th scope="row" colSpan={before}>{t(negative ? "alloc.tooMuch" : "alloc.rest")}</th><td className="num">{format.amount(sums.rest, 2)}</td></tr>
        </tfoot>
      </table>
      {sums.over.length > 0 && <p className="t-bad" role="alert">{t("alloc.over", { numbers: items.filter((item) => sums.over.includes(item.id)).map((item) => item.number).join(", ") })}</p>}
    </div>
  );
}
