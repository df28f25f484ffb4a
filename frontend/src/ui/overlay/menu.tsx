/** A menu that opens below its button: arrows move, Enter picks, Escape closes and gives the focus back. */
import { Check } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";

export interface MenuItem {
  key: string;
  label: ReactNode;
  icon?: ReactNode;
  hint?: ReactNode;
  checked?: boolean;
  disabled?: boolean;
  /** A line above it. */
  divided?: boolean;
  /** A small head above it. */
  group?: string;
  onSelect: () => void;
}

interface TriggerProps {
  onClick: () => void;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
  ref: (node: HTMLElement | null) => void;
}

interface MenuProps {
  items: MenuItem[];
  label: string;
  head?: ReactNode;
  align?: "start" | "end";
  side?: "below" | "above";
  trigger: (props: TriggerProps) => ReactNode;
}

function place(menu: HTMLElement, anchor: HTMLElement, align: "start" | "end", side: "below" | "above") {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = align === "start" ? at.left : at.right - width;
  const below = at.bottom + 4;
  const top = side === "above" || below + height > window.innerHeight - 8 ? Math.max(8, at.top - height - 4) : below;
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${top}px`;
}

export function Menu({ items, label, head, align = "start", side = "below", trigger }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLElement | null>(null);
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!open || !menu.current || !anchor.current) return;
    place(menu.current, anchor.current, align, side);
    menu.current.querySelector<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])")?.focus();
  }, [open, align, side]);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      const target = event.target as Node;
      if (!menu.current?.contains(target) && !anchor.current?.contains(target)) setOpen(false);
    };
    const away = () => setOpen(false);
    document.addEventListener("pointerdown", outside);
    window.addEventListener("resize", away);
    return () => {
      document.removeEventListener("pointerdown", outside);
      window.removeEventListener("resize", away);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    anchor.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const nodes = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
    const now = nodes.indexOf(document.activeElement as HTMLElement);
    const go = (index: number) => nodes[(index + nodes.length) % nodes.length]?.focus();
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "ArrowDown") go(now + 1);
    else if (event.key === "ArrowUp") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(nodes.length - 1);
    else return;
    event.preventDefault();
  };

  return (
    <>
      {trigger({ onClick: () => setOpen(!open), "aria-haspopup": "menu", "aria-expanded": open, ref: (node) => (anchor.current = node) })}
      {open &&
        createPortal(
          <div ref={menu} className="pop" role="menu" aria-label={label} onKeyDown={onKeyDown}>
            {head !== undefined && <div className="pop-head">{head}</div>}
            {items.map((item) => (
              <div key={item.key} role="none">
                {item.divided && <hr />}
                {item.group !== undefined && <h6>{item.group}</h6>}
                <button
                  type="button"
                  className={`mi${item.checked ? " on" : ""}`}
                  role={item.checked === undefined ? "menuitem" : "menuitemradio"}
                  aria-checked={item.checked}
                  aria-disabled={item.disabled || undefined}
                  tabIndex={-1}
                  onClick={() => {
                    if (item.disabled) return;
                    close();
                    item.onSelect();
                  }}
                >
                  {item.icon}
                  <span className="label">{item.label}</span>
                  {item.hint !== undefined && <span className="hint">{item.hint}</span>}
                  {item.checked && <Check size={14} aria-hidden />}
                </button>
              </div>
            ))}
          </div>,
          anchor.current?.closest("dialog") ?? document.body,
        )}
    </>
  );
}
