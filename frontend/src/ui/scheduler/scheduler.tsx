/** Bars in rows over time: closed time shaded, bars dragged by hand or by keyboard. Knows no business. */
import { memo, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { Lock } from "lucide-react";
import { closedOf, inSight, type Scale, type Span } from "./scale";
import "./scheduler.css";

export interface ScheduleBar {
  key: number;
  row: string;
  /** Which of the lanes of its row, 0 the first. */
  lane: number;
  start: number;
  end: number;
  title: string;
  text: string;
  /** Said aloud: all that the eye sees. */
  label: string;
  tone: "plan" | "late" | "run";
  /** 0 … 1 of it is done. */
  done: number;
  fixed: boolean;
  proposed: boolean;
  movable: boolean;
}

export interface ScheduleRow {
  key: string;
  head: ReactNode;
  lanes: number;
  windows: readonly Span[];
  /** Share of each day that is taken; above 1 there is too much. */
  loads: readonly number[];
}

export interface ScheduleDay {
  key: string;
  title: string;
  note: string;
  /** Weekday and day of the month, for columns too narrow for the title; null where titles run on over the empty days after them. */
  short: readonly [weekday: string, day: string] | null;
}

interface SchedulerProps {
  label: string;
  corner: ReactNode;
  days: readonly ScheduleDay[];
  scale: Scale;
  rows: readonly ScheduleRow[];
  bars: readonly ScheduleBar[];
  now: number;
  chosen: number | null;
  onChoose: (bar: ScheduleBar) => void;
  /** Where a bar was put: nothing has changed yet. */
  onDrop: (bar: ScheduleBar, row: string, lane: number, start: number) => void;
}

const LANE = 46;
const LOAD = 10;
const STEP = 3_600_000;
const heightOf = (row: ScheduleRow) => row.lanes * LANE + LOAD + 8;
const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

interface Dragged {
  key: number;
  dx: number;
  dy: number;
}

export function Scheduler({ label, corner, days, scale, rows, bars, now, chosen, onChoose, onDrop }: SchedulerProps) {
  const body = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 900 });
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const from = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const heights = useMemo(() => rows.map(heightOf), [rows]);
  const tops = useMemo(() => heights.reduce<number[]>((found, own) => [...found, (found.at(-1) ?? 0) + own], [0]), [heights]);
  const byRow = useMemo(() => {
    const found = new Map<string, ScheduleBar[]>();
    for (const bar of bars) {
      const own = found.get(bar.row);
      if (own) own.push(bar);
      else found.set(bar.row, [bar]);
    }
    return found;
  }, [bars]);
  useLayoutEffect(() => {
    const node = body.current;
    if (!node) return;
    const look = () => setSight({ top: node.scrollTop, height: node.clientHeight });
    look();
    node.addEventListener("scroll", look, { passive: true });
    const seen = new ResizeObserver(look);
    seen.observe(node);
    return () => { node.removeEventListener("scroll", look); seen.disconnect(); };
  }, []);
  const [first, past] = inSight(heights, sight.top, sight.height);

  const take = (bar: ScheduleBar, event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    from.current = { x: event.clientX, y: event.clientY, moved: false };
    if (bar.movable) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const drag = (bar: ScheduleBar, event: PointerEvent<HTMLElement>) => {
    const held = from.current;
    if (!held || !bar.movable) return;
    const dx = event.clientX - held.x, dy = event.clientY - held.y;
    if (!held.moved && Math.abs(dx) + Math.abs(dy) < 5) return;
    held.moved = true;
    setDragged({ key: bar.key, dx, dy });
  };
  const drop = (bar: ScheduleBar, event: PointerEvent<HTMLElement>) => {
    const held = from.current;
    from.current = null;
    setDragged(null);
    if (!held?.moved) return onChoose(bar);
    const area = event.currentTarget.closest<HTMLElement>(".sch-area")?.getBoundingClientRect();
    const all = body.current?.getBoundingClientRect();
    if (!area || !all || !body.current) return;
    const start = scale.at(scale.x(bar.start) + (event.clientX - held.x) / area.width);
    const y = event.clientY - all.top + body.current.scrollTop;
    const index = Math.min(Math.max(tops.findLastIndex((top) => top <= y), 0), rows.length - 1);
    const row = rows[index];
    if (!row) return;
    const lane = Math.min(Math.max(Math.floor((y - (tops[index] ?? 0) - 4) / LANE), 0), row.lanes - 1);
    onDrop(bar, row.key, lane, start);
  };
  const press = (bar: ScheduleBar, event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); return onChoose(bar); }
    if (!bar.movable || !event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    onDrop(bar, bar.row, bar.lane, bar.start + (event.key === "ArrowRight" ? STEP : -STEP));
  };
  const nowAt = scale.x(now);
  return (
    <div className="sch" role="group" aria-label={label}>
      <div className="sch-head">
        <div className="sch-corner">{corner}</div>
        <div className="sch-days" style={{ gridTemplateColumns: `repeat(${days.length}, minmax(0, 1fr))` }}>
          {days.map((day) => <div key={day.key}>
            <b className={day.short ? "long ell" : "runs"}>{day.title}</b>
            {day.short && <b className="short"><i>{day.short[0]}</i>{day.short[1]}</b>}
            <span className="ell">{day.note}</span>
          </div>)}
        </div>
      </div>
      <div className="sch-body" ref={body} tabIndex={-1}>
        <div style={{ height: tops[first] ?? 0 }} />
        {rows.slice(first, past).map((row) => (
          <div className="sch-row" key={row.key} style={{ height: heightOf(row) }}>
            <div className="sch-name">{row.head}</div>
            <div className="sch-area">
              <Ground row={row} scale={scale} />
              {nowAt > 0 && nowAt < 1 && <i className="sch-now" style={{ left: percent(nowAt) }} />}
              {(byRow.get(row.key) ?? []).map((bar) => {
                const x = scale.x(bar.start);
                const moving = dragged?.key === bar.key ? dragged : null;
                return (
                  <div key={bar.key} role="button" tabIndex={0} aria-label={bar.label} title={bar.label} aria-pressed={chosen === bar.key}
                    className={`sch-bar ${bar.tone}${bar.proposed ? " proposed" : ""}${moving ? " moving" : ""}${chosen === bar.key ? " chosen" : ""}${bar.movable ? "" : " still"}`}
                    style={{ left: percent(x), width: percent(Math.max(scale.x(bar.end) - x, 0)), top: 4 + bar.lane * LANE, transform: moving ? `translate(${moving.dx}px, ${moving.dy}px)` : undefined }}
                    onPointerDown={(event) => take(bar, event)} onPointerMove={(event) => drag(bar, event)} onPointerUp={(event) => drop(bar, event)}
                    onPointerCancel={() => { from.current = null; setDragged(null); }} onKeyDown={(event) => press(bar, event)}>
                    {bar.done > 0 && <i style={{ width: percent(bar.done) }} />}
                    <b>{bar.fixed && <Lock size={11} aria-hidden />}{bar.title}</b>
                    <span>{bar.text}</span>
                  </div>
                );
              })}
            </div>
          </div>
        ))}
        <div style={{ height: Math.max((tops.at(-1) ?? 0) - (tops[past] ?? 0), 0) }} />
      </div>
    </div>
  );
}

/** What lies under the bars of a row: closed time, days, how full each is. */
const Ground = memo(function Ground({ row, scale }: { row: ScheduleRow; scale: Scale }) {
  const closed = useMemo(() => closedOf(scale, row.windows), [scale, row.windows]);
  return (
    <>
      {closed.map(([start, end]) => <i key={start} className="sch-closed" style={{ left: percent(start), width: percent(end - start) }} />)}
      {row.loads.map((load, day) => (
        <i key={day} className={`sch-day${load > 1 ? " over" : ""}`} style={{ left: percent(day / scale.days), width: percent(1 / scale.days) }}>
          <i style={{ width: percent(Math.min(load, 1)) }} />
        </i>
      ))}
    </>
  );
});
