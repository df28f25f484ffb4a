/** Demand of the past and what is expected, with the interval that holds four months of five. Plain lines in the page's colours. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { Outlook } from "../api/replenishment";

const W = 720, H = 280, LEFT = 48, BOTTOM = 24, TOP = 8;

export function DemandChart({ outlook }: { outlook: Outlook }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const past = outlook.history.slice(-36);
  const months = [...past.map((one) => one.month), ...outlook.forecast.map((one) => one.month)];
  const top = Math.max(1, ...past.map((one) => Math.max(Number(one.demand), Number(one.issued))), ...outlook.forecast.map((one) => Math.max(Number(one.high), Number(one.quantity))));
  const x = (index: number) => LEFT + (index * (W - LEFT - 8)) / Math.max(1, months.length - 1);
  const y = (value: number) => TOP + (H - TOP - BOTTOM) * (1 - value / top);
  const line = (values: number[], from: number) => values.map((value, index) => `${x(from + index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const demand = past.map((one) => Number(one.demand));
  const issued = past.map((one) => Number(one.issued));
  const last = demand.at(-1);
  const expected = [...(last === undefined ? [] : [last]), ...outlook.forecast.map((one) => Number(one.quantity))];
  const start = past.length - (last === undefined ? 0 : 1);
  const band = [...outlook.forecast.map((one, index) => `${x(past.length + index)},${y(Number(one.high))}`), ...outlook.forecast.map((one, index) => `${x(past.length + index)},${y(Number(one.low))}`).reverse()].join(" ");
  const marks = [0, 0.5, 1].map((share) => share * top);
  const every = Math.max(1, Math.ceil(months.length / 8));
  return (
    <figure>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t("forecast.chart", { product: outlook.product.name })}>
        {marks.map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={W - 8} y1={y(value)} y2={y(value)} stroke="var(--line)" />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" fontSize="11" fill="var(--text3)">{format.number(value, { places: 0 })}</text>
          </g>
        ))}
        {months.map((month, index) => index % every === 0 && <text key={month} x={x(index)} y={H - 6} textAnchor="middle" fontSize="11" fill="var(--text3)">{month.slice(0, 7)}</text>)}
        <polygon points={band} fill="var(--brand)" opacity="0.14" />
        <polyline points={line(issued, 0)} fill="none" stroke="var(--text3)" strokeDasharray="2 3" />
        <polyline points={line(demand, 0)} fill="none" stroke="var(--text2)" strokeWidth="1.6" />
        <polyline points={line(expected, start)} fill="none" stroke="var(--brand)" strokeWidth="2" />
        {outlook.forecast.map((one, index) => one.override && <circle key={one.month} cx={x(past.length + index)} cy={y(Number(one.quantity))} r="4" fill="var(--oak)" />)}
      </svg>
      <figcaption className="fc-legend">
        <span><i style={{ borderColor: "var(--text2)" }} />{t("forecast.demand")}</span>
        <span><i style={{ borderColor: "var(--text3)", borderTopStyle: "dotted" }} />{t("forecast.issued")}</span>
        <span><i style={{ borderColor: "var(--brand)" }} />{t("forecast.expected")}</span>
        <span className="dim">{t("forecast.band")}</span>
      </figcaption>
    </figure>
  );
}
