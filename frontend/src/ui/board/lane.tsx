import { useDraggable, useDroppable } from "@dnd-kit/react";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import type { BoardLane } from "./board";

interface LaneProps {
  lane: BoardLane;
  count: number;
  note?: ReactNode;
  target: boolean;
  accepts: boolean;
  children: ReactNode;
}

export function BoardLaneView({ lane, count, note, target, accepts, children }: LaneProps) {
  const { ref } = useDroppable({ id: lane.key, disabled: !accepts });
  return (
    <section ref={ref} className={`lane${target ? " target" : ""}`} aria-label={lane.label}>
      <header>
        <div className="row">
          <b className="ell">{lane.title}</b>
          <span className="dim">{count}</span>
        </div>
        {note !== undefined && <p>{note}</p>}
      </header>
      <ol>{children}</ol>
    </section>
  );
}

interface CardProps {
  id: string;
  help: string;
  className: string;
  /** Came to another lane by keyboard: the focus comes along. */
  refocus: boolean;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onOpen?: () => void;
  children: ReactNode;
}

export function BoardCard({ id, help, className, refocus, onKeyDown, onOpen, children }: CardProps) {
  const { ref } = useDraggable({ id });
  const node = useRef<HTMLLIElement | null>(null);
  useEffect(() => {
    if (refocus) node.current?.focus();
  }, [refocus]);
  return (
    <li
      ref={(element) => {
        node.current = element;
        ref(element);
      }}
      className={`bcard ${className}`}
      tabIndex={0}
      aria-description={help}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) onKeyDown(event);
      }}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("a,button")) onOpen?.();
      }}
    >
      {children}
    </li>
  );
}
