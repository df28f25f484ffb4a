/** A panel that opens below its button and holds fields: filters, column choosers. Escape closes and gives the focus back. */
import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";

interface PopoverProps {
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onClose: () => void;
  label: string;
  width?: number;
  align?: "start" | "end";
  children: ReactNode;
}

/** Parts of a panel that live elsewhere in the page: lists of selects, calendars. */
const FLOATING = ".ant-select-dropdown,.ant-picker-dropdown,.pop";

export function Popover({ anchor, open, onClose, label, width, align = "start", children }: PopoverProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const node = panel.current;
    if (!open || !node || !anchor.current) return;
    const place = () => {
      const at = anchor.current?.getBoundingClientRect();
      if (!at) return;
      const left = align === "start" ? at.left : at.right - node.offsetWidth;
      const above = at.bottom + 4 + node.offsetHeight > window.innerHeight - 8 && at.top - node.offsetHeight - 4 > 8;
      node.style.left = `${Math.max(8, Math.min(left, window.innerWidth - node.offsetWidth - 8))}px`;
      node.style.top = `${above ? at.top - node.offsetHeight - 4 : at.bottom + 4}px`;
    };
    place();
    const seen = new ResizeObserver(place);
    seen.observe(node);
    const first = node.querySelector<HTMLElement>("[data-autofocus]") ?? node.querySelector<HTMLElement>("input:not([type=checkbox]),textarea,[tabindex='0'],button");
    (first ?? node).focus({ preventScroll: true });
    return () => seen.disconnect();
  }, [open, align, anchor]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      const target = event.target as Element;
      if (panel.current?.contains(target) || anchor.current?.contains(target) || target.closest(FLOATING)) return;
      onClose();
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open, onClose, anchor]);
  if (!open) return null;
  return createPortal(
    <div ref={panel} className="pop" role="dialog" aria-label={label} tabIndex={-1} style={width ? { width } : undefined}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
        anchor.current?.focus();
      }}>
      {children}
    </div>,
    anchor.current?.closest("dialog") ?? document.body,
  );
}
