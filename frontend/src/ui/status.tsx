/** Status: shape and word first, colour second. Only exceptions get a tint. */
import type { ReactNode } from "react";

export type StatusKind = "draft" | "open" | "prog" | "done" | "warn" | "late" | "hold" | "off";

const tone: Record<StatusKind, string> = { draft: "text3", open: "info", prog: "info", done: "good", warn: "warn", late: "bad", hold: "hold", off: "text3" };
const known = new Set(Object.keys(tone));
const ring = { cx: 6, cy: 6, r: 4.75, fill: "none", strokeWidth: 1.5 };
const pie = 2.75;

function shape(kind: StatusKind, color: string, share: number) {
  switch (kind) {
    case "draft":
      return <circle {...ring} stroke={color} strokeDasharray="2 1.73" />;
    case "open":
      return <circle {...ring} stroke={color} />;
    case "prog":
      return (
        <>
          <circle {...ring} stroke={color} />
          <circle cx="6" cy="6" r={pie / 2} fill="none" stroke={color} strokeWidth={pie} strokeDasharray={`${Math.PI * pie * share} 99`} transform="rotate(-90 6 6)" />
        </>
      );
    case "done":
      return (
        <>
          <circle cx="6" cy="6" r="5.5" fill={color} />
          <path d="m3.6 6.2 1.7 1.7 3.2-3.6" fill="none" stroke="var(--sheet)" strokeWidth="1.4" />
        </>
      );
    case "warn":
      return <path d="M6 .8 11.6 11H.4z" fill="var(--warn-mark)" />;
    case "late":
      return <path d="M6 0l6 6-6 6-6-6z" fill={color} />;
    case "hold":
      return (
        <>
          <rect x=".5" y=".5" width="11" height="11" rx="1.5" fill={color} />
          <path d="M4.4 3.5v5M7.6 3.5v5" stroke="var(--sheet)" strokeWidth="1.5" />
        </>
      );
    case "off":
      return (
        <>
          <circle {...ring} stroke={color} />
          <path d="M2.8 9.2 9.2 2.8" stroke={color} strokeWidth="1.5" />
        </>
      );
  }
}

/** The shape alone; always beside its word. A kind this app does not know is drawn as a draft, never dropped. */
export function Mark({ kind, share = 0.5 }: { kind: string; share?: number }) {
  const safe = (known.has(kind) ? kind : "draft") as StatusKind;
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden className="mark">
      {shape(safe, `var(--${tone[safe]})`, Math.max(0, Math.min(1, share)))}
    </svg>
  );
}

interface StatusProps {
  kind: string;
  /** How far, 0–1, for work under way. */
  share?: number;
  /** Tint even a healthy state (where it stands alone). */
  loud?: boolean;
  children: ReactNode;
}

export function Status({ kind, share, loud, children }: StatusProps) {
  const tinted = loud ?? (kind === "late" || kind === "hold");
  return (
    <span className={`st st-${kind}${tinted ? " loud" : ""}`}>
      <Mark kind={kind} share={share} />
      <span className="ell">{children}</span>
    </span>
  );
}
