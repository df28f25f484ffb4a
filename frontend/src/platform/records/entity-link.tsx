/** Links inside the app: real addresses (open in a new tab, copy), moved to without loading the page. */
import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { useEntities } from "@/platform/session/session";
import { recordPath } from "./entity";
import type { RecordId } from "./types";

export interface AppLinkProps {
  to: string;
  className?: string;
  children: ReactNode;
  "aria-label"?: string;
  "aria-current"?: "page";
  tabIndex?: number;
}

const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;

export function AppLink({ to, children, ...rest }: AppLinkProps) {
  const router = useRouter({ warn: false }) as ReturnType<typeof useRouter> | undefined;
  return (
    <a {...rest} href={to} onClick={(event) => {
      if (!router || !isPlainClick(event)) return;
      event.preventDefault();
      router.history.push(to);
    }}>{children}</a>
  );
}

/** The record's page when I may see its kind, else just the words. */
export function EntityLink({ entity, id, children }: { entity?: string | null; id: RecordId; children: ReactNode }) {
  const meta = useEntities()[entity ?? ""];
  return meta?.route ? <AppLink className="fld-link" to={recordPath(meta, id)}>{children}</AppLink> : <span>{children}</span>;
}
