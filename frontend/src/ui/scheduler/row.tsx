/** A row of the schedule: closed time, days and how full each is, and its bars. Drawn anew only when its own changes. */
import { memo, useMemo } from "react";
import { Lock } from "lucide-react";
import { closedOf, combOf, type Scale } from "./scale";
import type { ScheduleBar, ScheduleRow } from "./scheduler";

export const LANE = 46;
const LOAD = 10;
/** Bars narrower than this have no room for a name, and below the second one none for a lock. */
const NAMED = 64;
const LOCKED = 17;
export const heightOf = (row: ScheduleRow) => row.lanes * LANE + LOAD + 8;
const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

interface RowProps {
  row: ScheduleRow;
  scale: Scale;
  bars: readonly ScheduleBar[];
  /** Of the area, in pixels. */
  width: number;
  nowAt: number | null;
  chosen: number | null;
}

export const Row = memo(function Row({ row, scale, bars, width, nowAt, chosen }: RowProps) {
  return (
    <div className="sch-row" style={{ height: heightOf(row) }}>
      <div className="sch-name">{row.head}</div>
      <div className="sch-area">
        <Ground row={row} scale={scale} />
        {nowAt !== null && <i className="sch-now" style={{ left: percent(nowAt) }} />}
        {bars.map((bar) => {
          const x = scale.x(bar.start), share = Math.max(scale.x(bar.end) - x, 0);
          const named = share * width > NAMED, label = bar.label;
          return (
            <div key={bar.key} data-key={bar.key} role="button" tabIndex={0} aria-label={label} title={label} aria-pressed={chosen === bar.key}
              className={`sch-bar ${bar.tone}${bar.proposed ? " proposed" : ""}${bar.fixed ? " fixed" : ""}${named ? "" : " thin"}${chosen === bar.key ? " chosen" : ""}${bar.movable ? "" : " still"}`}
              style={{ left: percent(x), width: percent(share), top: 4 + bar.lane * LANE }}>
              {bar.done > 0 && <i style={{ width: percent(bar.done) }} />}
              {named && <b>{bar.fixed && <Lock size={11} aria-hidden />}{bar.title}</b>}
              {named && <span>{bar.text}</span>}
              {!named && bar.fixed && share * width > LOCKED && <Lock size={11} aria-hidden />}
            </div>
          );
        })}
      </div>
    </div>
  );
});

/** What lies under the bars, in few pieces however many days there are. */
const Ground = memo(function Ground({ row, scale }: { row: ScheduleRow; scale: Scale }) {
  const closed = useMemo(() => combOf(closedOf(scale, row.windows)), [scale, row.windows]);
  const loads = useMemo(() => {
    const filled = row.loads.map((load, day) => [day / scale.days, (day + Math.min(load, 1)) / scale.days] as const);
    return { some: combOf(filled.filter((_, day) => (row.loads[day] ?? 0) <= 1)), over: combOf(filled.filter((_, day) => (row.loads[day] ?? 0) > 1)) };
  }, [scale, row.loads]);
  const step = scale.days > 31 ? 7 : 1;
  const lines = useMemo(() => Array.from({ length: Math.ceil(scale.days / step) - 1 }, (_, n) => `M${((n + 1) * step) / scale.days} 0V1`).join(""), [scale, step]);
  return (
    <>
      {closed && <i className="sch-closed" style={{ clipPath: closed }} />}
      <svg className="sch-lines" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden><path d={lines} /></svg>
      {loads.some && <i className="sch-load" style={{ clipPath: loads.some }} />}
      {loads.over && <i className="sch-load over" style={{ clipPath: loads.over }} />}
    </>
  );
});
