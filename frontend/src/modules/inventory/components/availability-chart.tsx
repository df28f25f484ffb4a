/** Availability over time: a step for each day, what may be promised filled, what is projected as a line; a day can be picked. */
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import type { CurveDay } from "../api/availability";

const WIDTH = 760;
const HEIGHT = 200;
const PAD = { left: 56, right: 16, top: 14, bottom: 26 };
const DAY = 86_400_000;
const days = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);

/** What is short already can be promised to nobody. */
export const promisable = (day: CurveDay): number => Math.max(Number(day.available), 0);

interface ChartProps {
  curve: CurveDay[];
  unit: string;
  picked: string | null;
  onPick: (day: string) => void;
}

export function AvailabilityChart({ curve, unit, picked, onPick }: ChartProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const first = curve[0]!.on;
  const last = Math.max(days(first, curve.at(-1)!.on) + 7, 14);
  const values = curve.flatMap((day) => [Number(day.projected), promisable(day)]);
  const top = Math.max(...values, 0) || 1;
  const low = Math.min(...values, 0);
  const x = (day: number) => PAD.left + (day / last) * (WIDTH - PAD.left - PAD.right);
  const y = (value: number) => PAD.top + ((top - value) / (top - low)) * (HEIGHT - PAD.top - PAD.bottom);
  const points = curve.map((day, index) => ({ ...day, from: days(first, day.on), to: index + 1 < curve.length ? days(first, curve[index + 1]!.on) : last }));
  const steps = (value: (day: CurveDay) => number) => points.map((day) => `${x(day.from).toFixed(1)},${y(value(day)).toFixed(1)} ${x(day.to).toFixed(1)},${y(value(day)).toFixed(1)}`).join(" ");
  const promised = steps(promisable);
  const marks = points.filter((day, index) => index === 0 || x(day.from) - x(points.slice(0, index).findLast((one) => one.flows.length > 0 || one.from === 0)?.from ?? 0) > 64);
  return (
    <svg className="iv-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={t("avail.chart")}>
      {[top, low].filter((value, index) => index === 0 || value < 0).map((value) => (
        <text key={value} x={PAD.left - 8} y={y(value) + 4} textAnchor="end">{format.quantity(String(value))}</text>
      ))}
      <line className="zero" x1={PAD.left} x2={WIDTH - PAD.right} y1={y(0)} y2={y(0)} />
      <text x={PAD.left - 8} y={y(0) + 4} textAnchor="end">0</text>
      <polygon className="may" points={`${x(0)},${y(0)} ${promised} ${x(last)},${y(0)}`} />
      <polyline className="may-line" points={promised} />
      <polyline className="there" points={steps((day) => Number(day.projected))} />
      {marks.map((day) => <text key={day.on} x={x(day.from)} y={HEIGHT - 8} textAnchor={day.from === 0 ? "start" : "middle"}>{format.near(day.on)}</text>)}
      {points.map((day) => {
        const words = t("avail.day", { day: format.day(day.on), available: format.quantity(String(promisable(day))), projected: format.quantity(day.projected), unit });
        return (
          <g key={day.on} role="button" tabIndex={0} aria-pressed={day.on === picked} aria-label={words} className={day.on === picked ? "on" : undefined}
            onClick={() => onPick(day.on)} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); onPick(day.on); } }}>
            <rect x={x(day.from)} y={PAD.top} width={Math.max(x(day.to) - x(day.from), 6)} height={HEIGHT - PAD.top - PAD.bottom} />
            <circle cx={x(day.from)} cy={y(Number(day.projected))} r="3.5" />
            <title>{words}</title>
          </g>
        );
      })}
    </svg>
  );
}
