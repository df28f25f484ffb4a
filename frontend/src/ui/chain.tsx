/** A row of documents: those that exist are joined, the current one is solid, what is to come stands apart. */
import type { ReactNode } from "react";

export interface ChainStep {
  key: string;
  label: string;
  /** Number or state of the document. */
  note?: string;
  state: "done" | "now" | "todo";
  /** More than one document of the kind. */
  count?: number;
}

interface ChainProps {
  steps: ChainStep[];
  label?: string;
  /** Wraps a step in a link to its document. */
  link?: (step: ChainStep, content: ReactNode) => ReactNode;
}

export function Chain({ steps, label, link }: ChainProps) {
  return (
    <ol className="chain" aria-label={label}>
      {steps.map((step, index) => {
        const place = `${index === 0 ? " first" : ""}${index === steps.length - 1 ? " last" : ""}`;
        const content = (
          <>
            <span className="lb">{step.label}</span>
            {step.note && <span className="no">{step.note}</span>}
            {step.count !== undefined && step.count > 1 && <span className="ct">{step.count}</span>}
          </>
        );
        return (
          <li key={step.key} className={`ch-${step.state}${place}`} aria-current={step.state === "now" ? "step" : undefined}>
            {link ? link(step, content) : content}
          </li>
        );
      })}
    </ol>
  );
}
