/** A control chart: readings, centre, limits, and points that are not chance, by shape and number as well as colour. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { ControlChart } from "./api";

const W = 760, H = 220, LEFT = 64, RIGHT = 56, TOP = 14, BOTTOM = 22;

/** Where values are drawn: a little room above and below of all that must be seen. */
export function scale(values: readonly number[], height: number): (value: number) => number {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return (value) => TOP + (height - TOP - BOTTOM) * (1 - (value - low + room) / (high - low + 2 * room));
}

export function ControlChartFigure({ chart, lower, upper }: { chart: ControlChart; lower?: string | null; upper?: string | null }) {
  const { t } = useTranslation("quality");
  const format = useFormat();
  const points = chart.points.map((point) => ({ ...point, at: Number(point.value), low: Number(point.lower), high: Number(point.upper), mid: Number(point.centre) }));
  const last = points.at(-1);
  if (!last) return null;
  const limits = [lower, upper].filter((value): value is string => value !== null && value !== undefined);
  const y = scale([...points.flatMap((one) => [one.at, one.low, one.high]), ...limits.map(Number)], H);
  const x = (index: number) => LEFT + (points.length === 1 ? 0.5 : index / (points.length - 1)) * (W - LEFT - RIGHT);
  const step = (key: "low" | "high") => points.map((one, index) => `${index ? "L" : "M"}${x(index).toFixed(1)},${y(one[key]).toFixed(1)}`).join("");
  const share = chart.kind === "p";
  const text = (value: number) => (share ? `${format.number(String(value * 100), { places: 1 })} %` : format.number(String(Number(value.toPrecision(5)))));
  return (
    <figure className="qu-chart">
      <figcaption><b>{t(`chart.${chart.kind}`)}</b> <span className={chart.signals ? "t-bad" : "dim"}>{chart.signals ? t("chart.signals", { count: chart.signals }) : t("chart.steady")}</span></figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${t(`chart.${chart.kind}`)}: ${chart.signals ? t("chart.signals", { count: chart.signals }) : t("chart.steady")}`}>
        {limits.map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={W - RIGHT} y1={y(Number(value))} y2={y(Number(value))} stroke="var(--text3)" strokeDasharray="1 4" />
            <text x={W - RIGHT + 6} y={y(Number(value)) + 4} fontSize="11" fill="var(--text3)">{t(value === lower ? "chart.lsl" : "chart.usl")}</text>
          </g>
        ))}
        <path d={step("high")} fill="none" stroke="var(--bad)" strokeDasharray="5 4" />
        <path d={step("low")} fill="none" stroke="var(--bad)" strokeDasharray="5 4" />
        <line x1={LEFT} x2={W - RIGHT} y1={y(last.mid)} y2={y(last.mid)} stroke="var(--good)" />
        {([["high", "ucl"], ["mid", "cl"], ["low", "lcl"]] as const).map(([key, word]) => (
          <g key={key} fontSize="11">
            <text x={LEFT - 8} y={y(last[key]) + 4} textAnchor="end" fill="var(--text2)">{text(last[key])}</text>
            <text x={W - RIGHT + 6} y={y(last[key]) + 4} fill="var(--text3)">{t(`chart.${word}`)}</text>
          </g>
        ))}
        <polyline points={points.map((one, index) => `${x(index).toFixed(1)},${y(one.at).toFixed(1)}`).join(" ")} fill="none" stroke="var(--brand)" strokeWidth="1.5" />
        {points.map((one, index) => {
          const told = `${one.inspection.label} ${one.lot} · ${text(one.at)}${one.tests.length ? ` · ${t("chart.tests", { tests: one.tests.join(", ") })}` : ""}`;
          return one.tests.length ? (
            <g key={index}>
              <title>{told}</title>
              <path d={`M${x(index)},${y(one.at) - 6}l6,6-6,6-6-6z`} fill="var(--bad)" />
              <text x={x(index)} y={y(one.at) - 9} textAnchor="middle" fontSize="10" fontWeight="600" fill="var(--bad)">{one.tests.join(",")}</text>
            </g>
          ) : <circle key={index} cx={x(index)} cy={y(one.at)} r="3" fill="var(--brand)"><title>{told}</title></circle>;
        })}
      </svg>
    </figure>
  );
}
