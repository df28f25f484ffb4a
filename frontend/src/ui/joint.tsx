/** The joint: two pieces that say whether the two sides match. Nothing else may use it. */

interface JointProps {
  /** 1 = joined, 0 = open, between = partly in. */
  fit: number;
  size?: number;
  /** The open side hurts: dashed in red. */
  bad?: boolean;
  /** Closed ones in a long list step back, so that the open ones speak. */
  quiet?: boolean;
}

export function Joint({ fit, size = 10, bad, quiet }: JointProps) {
  const open = fit <= 0;
  const gap = fit >= 1 ? 0 : open ? 6.5 : 3.5;
  return (
    <svg className={`joint${quiet ? " quiet" : ""}`} width={(size * 27) / 11} height={size} viewBox="0 0 27 11" aria-hidden>
      <path d="M0 0h9v3.2h5v4.6H9V11H0z" fill="var(--brand)" />
      <path
        transform={`translate(${gap} 0)`}
        d="M10 0h10v11H10V9h5.2V2H10z"
        fill={open ? "none" : "var(--oak)"}
        stroke={open ? (bad ? "var(--bad)" : "var(--faint)") : "none"}
        strokeWidth="1.2"
        strokeDasharray={open ? "2 1.4" : undefined}
      />
    </svg>
  );
}

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Tenon">
      <path d="M3 6a3 3 0 0 1 3-3h9v8.5h7.5v9H15V29H6a3 3 0 0 1-3-3z" fill="var(--logo-a, var(--brand))" />
      <path d="M17 3h9a3 3 0 0 1 3 3v20a3 3 0 0 1-3 3h-9v-6.5h7.5v-13H17z" fill="var(--logo-b, var(--oak))" />
    </svg>
  );
}
