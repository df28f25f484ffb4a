/** Small figures: facts in a row, share bars, sparklines, sections, people, keys. */
import type { CSSProperties, ReactNode } from "react";

export type Tone = "bad" | "good" | "warn";

interface FactProps {
  label: ReactNode;
  value: ReactNode;
  /** One line of context: a figure without comparison says little. */
  note?: ReactNode;
  tone?: Tone;
  noteTone?: Tone;
  children?: ReactNode;
}

export function Fact({ label, value, note, tone, noteTone, children }: FactProps) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd className={tone ? `t-${tone}` : undefined}>{value}</dd>
      {note !== undefined && <dd className="note"><small className={noteTone ? `t-${noteTone}` : undefined}>{note}</small></dd>}
      {children}
    </div>
  );
}

export function Facts({ children, kpis }: { children: ReactNode; kpis?: boolean }) {
  return <dl className={`facts${kpis ? " kpis" : ""}`}>{children}</dl>;
}

/** Share of a whole, 0–100. Over 100 is cut; say it in words beside. */
export function Bar({ percent, width = 56, tone = "brand", label }: { percent: number; width?: number | string; tone?: string; label?: string }) {
  return (
    <span className="bar" style={{ width }} role={label ? "img" : undefined} aria-label={label}>
      <i style={{ width: `${Math.max(0, Math.min(100, percent))}%`, background: `var(--${tone})` }} />
    </span>
  );
}

const near = 0.9;

/** How much of what there may be is used: amber when little is left, red when it is more than that. */
export function Meter({ label, used, most, text }: { label: string; used: number; most: number; text: string }) {
  const share = most > 0 ? used / most : 1;
  return (
    <span className="meter" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={most} aria-valuenow={Math.min(used, most)} aria-valuetext={text}>
      <i className={share > 1 ? "over" : share >= near ? "near" : undefined} style={{ width: `${Math.min(100, Math.max(share * 100, used > 0 ? 1 : 0))}%` }} />
    </span>
  );
}

export function Spark({ data, width = 88, height = 24, tone = "brand", fill = true }: { data: number[]; width?: number; height?: number; tone?: string; fill?: boolean }) {
  if (data.length < 2) return null;
  const low = Math.min(...data);
  const range = Math.max(...data) - low || 1;
  const x = (index: number) => (index * (width - 4)) / (data.length - 1) + 2;
  const y = (value: number) => height - 3 - ((value - low) / range) * (height - 6);
  const points = data.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const last = data.length - 1;
  return (
    <svg width={width} height={height} aria-hidden>
      {fill && <polygon points={`2,${height} ${points} ${width - 2},${height}`} fill={`var(--${tone})`} opacity=".1" />}
      <polyline points={points} fill="none" stroke={`var(--${tone})`} strokeWidth="1.5" />
      <circle cx={x(last)} cy={y(data[last] ?? 0)} r="2" fill={`var(--${tone})`} />
    </svg>
  );
}

interface BoxProps {
  title?: ReactNode;
  extra?: ReactNode;
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
}

export function Box({ title, extra, className = "", style, children }: BoxProps) {
  return (
    <section className={`box ${className}`} style={style}>
      {title !== undefined && (
        <header>
          <h3>{title}</h3>
          <span className="grow" />
          {extra}
        </header>
      )}
      {children}
    </section>
  );
}

/** One or two letters of a name; one character for a Chinese name. */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (/^[\u3400-\u9fff]/.test(trimmed)) return trimmed.slice(0, 1);
  return trimmed.split(/[\s@._-]+/).filter(Boolean).map((word) => word[0]?.toUpperCase()).slice(0, 2).join("");
}

export function Who({ name, size = 20 }: { name: string; size?: number }) {
  return (
    <span className="who" style={{ width: size, height: size, fontSize: Math.max(9, size * 0.46) }} title={name} aria-label={name} role="img">
      <span aria-hidden>{initials(name)}</span>
    </span>
  );
}

export const Kbd = ({ children }: { children: ReactNode }) => <kbd className="kbd">{children}</kbd>;
export const Tag = ({ children }: { children: ReactNode }) => <span className="tag">{children}</span>;
