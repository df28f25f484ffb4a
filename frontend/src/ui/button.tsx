/** Our button, equal to antd's as themed; pages that need nothing else of antd stay light. */
import { useRef, useState, type ButtonHTMLAttributes, type ReactNode, type Ref } from "react";

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  variant?: "default" | "primary" | "text" | "danger";
  size?: "small" | "normal" | "large";
  icon?: ReactNode;
  block?: boolean;
  busy?: boolean;
  submit?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = "default", size = "normal", icon, block, busy, submit, className = "", children, disabled, ...rest }: ButtonProps) {
  const classes = ["btn", variant !== "default" && variant, size !== "normal" && size, block && "block", !children && icon && "icon", className].filter(Boolean).join(" ");
  return (
    <button type={submit ? "submit" : "button"} className={classes} aria-busy={busy || undefined} disabled={disabled || busy} {...rest}>
      {icon}
      {children}
    </button>
  );
}

/** Keeps a button busy while its promise runs, so that nothing is sent twice. */
export function useBusy(): [boolean, <T>(work: () => Promise<T>) => Promise<T | undefined>] {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = async <T,>(work: () => Promise<T>) => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    try {
      return await work();
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return [busy, run];
}
