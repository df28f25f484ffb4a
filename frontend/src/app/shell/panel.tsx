/** Levels 2 and 3: small heads that fold, links of 28 px. */
import { ChevronDown, ExternalLink } from "lucide-react";
import { useState } from "react";
import { pageAt, type MenuGroup } from "@/platform/menu/menu";
import { AppLink } from "@/platform/records/entity-link";
import type { MenuNode } from "@/platform/session/bootstrap";
import type { ShellModule } from "./use-shell-menu";

const stored = "tenon.folds";
/** Pages that a panel shows without being scrolled. Groups beyond them begin folded. */
const ROOM = 24;

type Folds = Record<string, boolean>;

const readFolds = (): Folds => {
  try {
    return JSON.parse(localStorage.getItem(stored) ?? "{}") as Folds;
  } catch {
    return {};
  }
};

/** What is folded while nobody has said otherwise: what does not fit. The group one stands in is open. */
function foldedByItself(groups: readonly MenuGroup[], now: MenuNode | null): Set<string> {
  let shown = 0;
  return new Set(groups.filter((group) => (shown += group.pages.length) > ROOM && !group.pages.some((page) => page === now)).map((group) => group.id));
}

export function Panel({ module, path, search }: { module: ShellModule; path: string; search: string }) {
  const [folds, setFolds] = useState(readFolds);
  const now = pageAt(module.groups.flatMap((group) => group.pages), path, search);
  const crowded = foldedByItself(module.groups, now);
  const isFolded = (id: string) => folds[id] ?? crowded.has(id);
  const fold = (id: string) => {
    const next = { ...folds, [id]: !isFolded(id) };
    setFolds(next);
    localStorage.setItem(stored, JSON.stringify(next));
  };
  return (
    <nav className="panel" aria-label={module.title}>
      {module.groups.map((group) => (
        <section key={group.id}>
          {group.title !== "" && (
            <button type="button" className="phd" aria-expanded={!isFolded(group.id)} onClick={() => fold(group.id)}>
              <span className="ell">{group.title}</span>
              <ChevronDown size={12} aria-hidden />
            </button>
          )}
          {!isFolded(group.id) &&
            group.pages.map((page) => {
              const here = page === now;
              if (!page.route) {
                return (
                  <a key={page.id} className="pl" href={page.url} target="_blank" rel="noreferrer">
                    <span>{page.title}</span>
                    <ExternalLink size={12} aria-hidden />
                  </a>
                );
              }
              return (
                <AppLink key={page.id} className={`pl${here ? " on" : ""}`} to={page.route} aria-current={here ? "page" : undefined}>
                  <span>{page.title}</span>
                  {page.count !== undefined && <em className={page.late ? "bad" : undefined}>{page.count}</em>}
                </AppLink>
              );
            })}
        </section>
      ))}
    </nav>
  );
}
