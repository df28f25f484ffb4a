/** Planned and actual cost by element: the difference to what was to be allowed for the work done, and its reasons. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Cost, CostElement } from "./api";

const sign = (value: string) => (Number(value) > 0 ? "t-bad" : Number(value) < 0 ? "t-good" : "dim");

function Line({ element, most }: { element: CostElement; most: number }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const signed = (value: string) => (Number(value) > 0 ? `+${format.amount(value)}` : Number(value) === 0 ? "–" : format.amount(value));
  const share = (value: string) => `${Math.min(100, (Math.abs(Number(value)) / most) * 100)}%`;
  return (
    <tr>
      <th scope="row">{t(`cost.${element.key}`)}</th>
      <td>{format.amount(element.planned)}</td>
      <td>{format.amount(element.actual)}<span className="po-bars" aria-hidden><i style={{ width: share(element.planned) }} /><i style={{ width: share(element.actual) }} /></span></td>
      <td className={sign(element.difference)}>{signed(element.difference)}</td>
      <td className="po-why">{element.reasons.map((reason) => <span key={reason.key}>{t(`reason.${reason.key}`)} <span className={sign(reason.amount)}>{signed(reason.amount)}</span></span>)}</td>
    </tr>
  );
}

export function CostTable({ cost, quantity }: { cost: Cost; quantity: string }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const most = Math.max(...cost.elements.flatMap((element) => [Math.abs(Number(element.planned)), Math.abs(Number(element.actual))]), 1);
  if (cost.elements.length === 0) return <p className="dim po-none">{t("cost.none")}</p>;
  const difference = cost.elements.reduce((sum, element) => sum + Number(element.difference), 0).toFixed(4);
  return (
    <table className="po-cost">
      <thead><tr><th /><th scope="col">{t("cost.planned")}</th><th scope="col">{t("cost.actual")}</th><th scope="col" title={t("cost.differenceWhy")}>{t("cost.difference")}</th><th scope="col" className="po-why">{t("cost.reasons")}</th></tr></thead>
      <tbody>{cost.elements.map((element) => <Line key={element.key} element={element} most={most} />)}</tbody>
      <tfoot>
        <tr><th scope="row">{t("cost.total")}</th><td>{format.amount(cost.planned)}</td><td>{format.amount(cost.actual)}</td><td className={sign(difference)}>{Number(difference) === 0 ? "–" : `${Number(difference) > 0 ? "+" : ""}${format.amount(difference)}`}</td>
          <td className="po-why dim"><span>{t("cost.each", { amount: format.amount(String(Number(cost.planned) / Number(quantity || 1))) })}</span></td></tr>
        <tr className="dim"><th scope="row">{t("cost.received")}</th><td /><td>{format.amount(cost.received)}</td><td /><td /></tr>
        {Number(cost.variance) !== 0 && <tr className="dim"><th scope="row">{t("cost.variance")}</th><td /><td>{format.amount(cost.variance)}</td><td /><td /></tr>}
        <tr><th scope="row">{t("cost.inProcess")}</th><td /><td><b>{format.amount(cost.in_process)}</b></td><td /><td /></tr>
      </tfoot>
    </table>
  );
}
