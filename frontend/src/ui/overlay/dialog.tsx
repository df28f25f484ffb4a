/** Dialog and drawer on the browser's own modal element: focus stays inside, Escape closes, the page behind is inert. */
import { X } from "lucide-react";
import { useEffect, useId, useRef, type CSSProperties, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  foot?: ReactNode;
  width?: number;
  /** Slides in from the right instead of standing in the middle. */
  side?: boolean;
  /** A click beside it does not close it (there is something unsaved). */
  sticky?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, foot, width, side, sticky, children }: DialogProps) {
  const { t } = useTranslation("ui");
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    if (open && !node.open) {
      node.showModal();
      // The browser would start at the close button; people start at the first field.
      node.querySelector<HTMLElement>(".dlg-body :is(input, textarea, select):not(:disabled)")?.focus();
    }
    if (!open && node.open) node.close();
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={box}
      className={side ? "drawer" : "dlg"}
      aria-labelledby={id}
      style={width ? ({ "--w": `${width}px` } as CSSProperties) : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === box.current && !sticky) onClose();
      }}
    >
      <header className="dlg-head">
        <h2 id={id}>{title}</h2>
        <Button size="small" variant="text" icon={<X size={16} />} aria-label={t("close")} onClick={onClose} />
      </header>
      <div className="dlg-body">{children}</div>
      {foot !== undefined && <footer className="dlg-foot">{foot}</footer>}
    </dialog>
  );
}

export const Drawer = (props: Omit<DialogProps, "side">) => <Dialog side {...props} />;
