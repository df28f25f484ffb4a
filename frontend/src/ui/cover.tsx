/** Where a demanded quantity comes from: parts joined left to right, the missing part outlined, never filled. */

export interface CoverPart {
  kind: "lock" | "in" | "make" | "short";
  /** Share of the whole; only proportions matter. */
  share: number;
}

export function Cover({ parts, height = 14, label }: { parts: CoverPart[]; height?: number; label?: string }) {
  return (
    <span className="cover" style={{ height }} role={label ? "img" : undefined} aria-label={label}>
      {parts.filter((part) => part.share > 0).map((part, index) => (
        <i key={index} className={`cv-${part.kind}`} style={{ flexGrow: part.share }} />
      ))}
    </span>
  );
}
