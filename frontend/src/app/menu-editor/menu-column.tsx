/** One level of the menu. Drag with the hand; by keyboard the arrows walk through it and from level to level, Space lifts
 *  an entry so that the arrows move it, H hides or shows it, F2 renames it. */
import { ChevronRight, Eye, EyeOff, GripVertical, Plus } from "lucide-react";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { useDragItem } from "@/ui/drag/drag";
import { Tag } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { childrenOf, type EditNode } from "./model";

interface MenuColumnProps {
  level: number;
  parent: string | undefined;
  items: EditNode[];
  nodes: EditNode[];
  open: string | undefined;
  picked: string | undefined;
  onPick: (id: string) => void;
  onMove: (id: string, parent: string, index: number) => void;
  onStep: (id: string, by: number) => void;
  onToggle: (id: string, hidden: boolean) => void;
  onRename: (id: string) => void;
  onAdd?: () => void;
  children?: ReactNode;
}

/** The entry of the neighbouring level that stands open, else its first. */
function beside(from: HTMLElement, way: "next" | "previous"): HTMLElement | null {
  const column = from.closest("section");
  const other = way === "next" ? column?.nextElementSibling : column?.previousElementSibling;
  return other?.querySelector<HTMLElement>('[role="option"].on') ?? other?.querySelector<HTMLElement>('[role="option"]') ?? null;
}

export function MenuColumn({ level, parent, items, nodes, open, picked, onPick, onStep, onToggle, onRename, onAdd, children }: MenuColumnProps) {
  const { t } = useTranslation("menu-editor");
  const [lifted, setLifted] = useState<string | null>(null);
  const name = t(`level_${level}`);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, node: EditNode) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === " ") setLifted(lifted === node.id ? null : node.id);
    else if (event.key === "Escape" && lifted) setLifted(null);
    else if (event.key === "Enter") onPick(node.id);
    else if (by && lifted === node.id) {
      onStep(node.id, by);
      // An element that is put elsewhere in the page loses the focus.
      const row = event.currentTarget;
      requestAnimationFrame(() => row.focus());
    }
    else if (by) ((by > 0 ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling) as HTMLElement | null)?.focus();
    else if (event.key === "ArrowRight" && !node.page) {
      onPick(node.id);
      const row = event.currentTarget;
      requestAnimationFrame(() => beside(row, "next")?.focus());
    } else if (event.key === "ArrowLeft") beside(event.currentTarget, "previous")?.focus();
    else if (event.key.toLowerCase() === "h" && !event.ctrlKey && !event.metaKey && !event.altKey) onToggle(node.id, !node.hidden);
    else if (event.key === "F2") {
      onRename(node.id);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".insp input")?.focus());
    } else return;
    event.preventDefault();
  };
  return (
    <section aria-label={name}>
      <header>
        {name}
        {onAdd && <Button variant="text" size="small" icon={<Plus size={14} />} aria-label={t(`add_${level}`)} title={t(`add_${level}`)} onClick={onAdd} />}
      </header>
      <div role="listbox" aria-label={name}>
        {items.map((node) => (
          <MenuRow key={node.id} node={node} count={node.page ? undefined : childrenOf(nodes, node.id).filter((one) => !one.hidden).length} open={node.id === open} picked={node.id === picked} lifted={node.id === lifted} onPick={() => onPick(node.id)} onToggle={() => onToggle(node.id, !node.hidden)} onKeyDown={(event) => onKeyDown(event, node)} />
        ))}
      </div>
      {parent !== undefined && items.length === 0 && <p className="me-hint xs">{t("empty_group")}</p>}
      {level === 3 && items.length > 0 && <p className="me-hint xs">{t("drag_help")}</p>}
      {children}
    </section>
  );
}

interface MenuRowProps {
  node: EditNode;
  count?: number;
  open: boolean;
  picked: boolean;
  lifted: boolean;
  onPick: () => void;
  onToggle: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

function MenuRow({ node, count, open, picked, lifted, onPick, onToggle, onKeyDown }: MenuRowProps) {
  const { t } = useTranslation("menu-editor");
  const { ref, held, over } = useDragItem(node.id);
  const classes = ["me-i", (open || picked) && "on", node.hidden && "off", lifted && "drag", held && "held", over && "over"].filter(Boolean).join(" ");
  return (
    <div ref={ref} className={classes} role="option" aria-selected={picked} tabIndex={0} aria-description={t("drag_help")} aria-grabbed={lifted || undefined} onClick={onPick} onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event)}>
      <GripVertical size={13} className="grip" aria-hidden />
      {node.icon && node.parent === "" && <Icon name={node.icon} size={16} />}
      <span className="ell name">{node.title}</span>
      {node.own && <Tag>{t("kind_added")}</Tag>}
      {count !== undefined && <em>{count}</em>}
      <button
        type="button"
        className="eye"
        aria-label={t(node.hidden ? "show" : "hide", { title: node.title })}
        aria-pressed={node.hidden}
        onClick={(event) => {
          event.stopPropagation();
          onToggle();
        }}
      >
        {node.hidden ? <EyeOff size={14} /> : <Eye size={14} />}
      </button>
      {!node.page && <ChevronRight size={13} className="dim" aria-hidden />}
    </div>
  );
}
