/** Dragging one item onto another: the library lives behind these two names. The keyboard's way is the page's own. */
import { DragDropProvider, DragOverlay, PointerSensor, useDraggable, useDroppable } from "@dnd-kit/react";
import { useState, type ReactNode } from "react";

interface DragAreaProps {
  onDrop: (source: string, target: string) => void;
  /** Whether the held item may land there. */
  accepts?: (source: string, target: string) => boolean;
  /** What is in the hand while it moves. */
  ghost?: (source: string) => ReactNode;
  children: ReactNode;
}

const sensors = [PointerSensor];

export function DragArea({ onDrop, accepts, ghost, children }: DragAreaProps) {
  const [held, setHeld] = useState<string | null>(null);
  return (
    <DragDropProvider
      sensors={sensors}
      onDragStart={({ operation }) => setHeld(operation.source ? String(operation.source.id) : null)}
      onDragEnd={({ operation, canceled }) => {
        setHeld(null);
        const source = operation.source && String(operation.source.id);
        const target = operation.target && String(operation.target.id);
        if (canceled || !source || !target || source === target || (accepts && !accepts(source, target))) return;
        onDrop(source, target);
      }}
    >
      {children}
      {ghost && <DragOverlay dropAnimation={null}>{held ? ghost(held) : null}</DragOverlay>}
    </DragDropProvider>
  );
}

/** Makes an element both something to take and a place to land. */
export function useDragItem(id: string, fixed = false) {
  const drag = useDraggable({ id, disabled: fixed });
  const drop = useDroppable({ id });
  return {
    ref: (node: Element | null) => {
      drag.ref(node);
      drop.ref(node);
    },
    held: drag.isDragging,
    over: drop.isDropTarget && !drag.isDragging,
  };
}
