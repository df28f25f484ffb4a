/** Bars in rows over time: closed time shaded, bars dragged by hand or by keyboard. Knows no business. */
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { inSight, type Scale, type Span } from "./scale";
import { heightOf, LANE, Row } from "./row";
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

const STEP = 3_600_000;
const NONE: readonly ScheduleBar[] = [];

interface Held {
  node: HTMLElement;
  bar: ScheduleBar;
  x: number;
  y: number;
  moved: boolean;
}

/** Draws what is in sight: bars of the rows that are scrolled to, within the days shown. A bar that is dragged moves
 * by itself: nothing is drawn anew before it is dropped. */
export function Scheduler({ label, corner, days, scale, rows, bars, now, chosen, onChoose, onDrop }: SchedulerProps) {
  const body = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<readonly [number, number]>([0, 20]);
  const [width, setWidth] = useState(1000);
  const held = useRef<Held | null>(null);
  const heights = useMemo(() => rows.map(heightOf), [rows]);
  const tops = useMemo(() => {
    const found = [0];
    for (const own of heights) found.push((found.at(-1) ?? 0) + own);
    return found;
  }, [heights]);
  const { byRow, byKey } = useMemo(() => {
    const byRow = new Map<string, ScheduleBar[]>();
    const byKey = new Map<number, ScheduleBar>();
    for (const bar of bars) {
      byKey.set(bar.key, bar);
      if (bar.end <= scale.from || bar.start >= scale.until) continue; // a proposal may put it elsewhere
      const own = byRow.get(bar.row);
      if (own) own.push(bar);
      else byRow.set(bar.row, [bar]);
    }
    return { byRow, byKey };
  }, [bars, scale]);
  useLayoutEffect(() => {
    const node = body.current;
    if (!node) return;
    const look = () => {
      const found = inSight(heights, node.scrollTop, node.clientHeight);
      setSight((before) => (before[0] === found[0] && before[1] === found[1] ? before : found));
    };
    const measure = () => { look(); setWidth(ruler.current?.clientWidth || 1000); };
    measure();
    node.addEventListener("scroll", look, { passive: true });
    const seen = new ResizeObserver(measure);
    seen.observe(node);
    return () => { node.removeEventListener("scroll", look); seen.disconnect(); };
  }, [heights]);
  const [first, past] = sight;

  // One listener for all bars: which one is meant is written on it.
  const barOf = (target: EventTarget): [HTMLElement, ScheduleBar] | null => {
    const node = (target as HTMLElement).closest<HTMLElement>(".sch-bar");
    const bar = node ? byKey.get(Number(node.dataset["key"])) : undefined;
    return node && bar ? [node, bar] : null;
  };
  const take = (event: PointerEvent<HTMLElement>) => {
    const found = event.button === 0 ? barOf(event.target) : null;
    if (!found) return;
    const [node, bar] = found;
    held.current = { node, bar, x: event.clientX, y: event.clientY, moved: false };
    if (bar.movable) node.setPointerCapture(event.pointerId);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const one = held.current;
    if (!one?.bar.movable) return;
    const dx = event.clientX - one.x, dy = event.clientY - one.y;
    if (!one.moved && Math.abs(dx) + Math.abs(dy) < 5) return;
    if (!one.moved) { one.moved = true; lift(one.node, true); }
    one.node.style.transform = `translate3d(${dx}px, ${dy}px, 0)`;
  };
  const letGo = () => {
    const one = held.current;
    held.current = null;
    if (one?.moved) { lift(one.node, false); one.node.style.transform = ""; }
    return one;
  };
  const drop = (event: PointerEvent<HTMLElement>) => {
    const one = letGo();
    if (!one) return;
    if (!one.moved) return onChoose(one.bar);
    const all = body.current?.getBoundingClientRect();
    if (!all || !body.current) return;
    const start = scale.at(scale.x(one.bar.start) + (event.clientX - one.x) / width);
    const y = event.clientY - all.top + body.current.scrollTop;
    const index = Math.min(Math.max(tops.findLastIndex((top) => top <= y), 0), rows.length - 1);
    const row = rows[index];
    if (!row) return;
    const lane = Math.min(Math.max(Math.floor((y - (tops[index] ?? 0) - 4) / LANE), 0), row.lanes - 1);
    onDrop(one.bar, row.key, lane, start);
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const bar = barOf(event.target)?.[1];
    if (!bar) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); return onChoose(bar); }
    if (!bar.movable || !event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    onDrop(bar, bar.row, bar.lane, bar.start + (event.key === "ArrowRight" ? STEP : -STEP));
  };
  const nowAt = scale.x(now);
  const chosenRow = chosen === null ? undefined : byKey.get(chosen)?.row;
  return (
    <div className="sch" role="group" aria-label={label}>
      <div className="sch-head">
        <div className="sch-corner">{corner}</div>
        <div className="sch-days" ref={ruler} style={{ gridTemplateColumns: `repeat(${days.length}, minmax(0, 1fr))` }}>
          {days.map((day) => <div key={day.key}>
            <b className={day.short ? "long ell" : "runs"}>{day.title}</b>
            {day.short && <b className="short"><i>{day.short[0]}</i>{day.short[1]}</b>}
            <span className="ell">{day.note}</span>
          </div>)}
        </div>
      </div>
      <div className="sch-body" ref={body} tabIndex={-1} onPointerDown={take} onPointerMove={drag} onPointerUp={drop} onPointerCancel={letGo} onKeyDown={press}>
        <div style={{ height: tops[first] ?? 0 }} />
        {rows.slice(first, past).map((row) => (
          <Row key={row.key} row={row} scale={scale} bars={byRow.get(row.key) ?? NONE} width={width} nowAt={nowAt > 0 && nowAt < 1 ? nowAt : null} chosen={chosenRow === row.key ? chosen : null} />
        ))}
        <div style={{ height: Math.max((tops.at(-1) ?? 0) - (tops[past] ?? 0), 0) }} />
      </div>
    </div>
  );
}

/** Over its neighbours while it is held, also over rows above and below. */
function lift(node: HTMLElement, up: boolean) {
  node.classList.toggle("moving", up);
  node.closest(".sch-row")?.classList.toggle("lifts", up);
}
