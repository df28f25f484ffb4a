/** A line at the foot of the screen for what is not visible already, with Undo where there is a way back. */
import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "@/ui/status";

export interface Toast {
  text: string;
  tone?: "bad";
  undo?: () => void | Promise<void>;
  /** Another way on than undo: "Open". */
  action?: { label: string; run: () => void };
}

type Shown = Toast & { id: number };

let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(list: readonly Shown[]) {
  shown = list;
  listeners.forEach((listener) => listener());
}

export const dismiss = (id: number): void => set(shown.filter((toast) => toast.id !== id));

export const dismissAll = (): void => set([]);

/** Shows it; stays longer when something can be done about it. */
export function toast(message: Toast | string): number {
  const given = typeof message === "string" ? { text: message } : message;
  const id = next++;
  set([...shown.slice(-2), { ...given, id }]);
  setTimeout(() => dismiss(id), given.undo || given.action || given.tone === "bad" ? 9000 : 4000);
  return id;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toaster() {
  const { t } = useTranslation("ui");
  const list = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map(({ id, text, tone, undo, action }) => (
        <div key={id} className={`toast${tone ? ` ${tone}` : ""}`}>
          {tone === "bad" && <Mark kind="late" />}
          <p>{text}</p>
          {undo && <button type="button" onClick={() => { dismiss(id); void undo(); }}>{t("undo")}</button>}
          {action && <button type="button" onClick={() => { dismiss(id); action.run(); }}>{action.label}</button>}
          <button type="button" aria-label={t("close")} onClick={() => dismiss(id)}><X size={14} /></button>
        </div>
      ))}
    </div>
  );
}
