/** Levels 2 and 3: small heads that fold, links of 28 px. */
import { ChevronDown, ExternalLink } from "lucide-react";
import { useState } from "react";
import { pageAt } from "@/platform/menu/menu";
import { AppLink } from "@/platform/records/entity-link";
import type { ShellModule } from "./use-shell-menu";

const stored = "tenon.folded";
const readFolded = (): Set<string> => {
  try {
    return new Set(JSON.parse(localStorage.getItem(stored) ?? "[]") as string[]);
  } catch {
    return new Set();
  }
};

export function Panel({ module, path, search }: { module: ShellModule; path: string; search: string }) {
  const [folded, setFolded] = useState(readFolded);
  const now = pageAt(module.groups.flatMap((group) => group.pages), path, search);
  const fold = (id: string) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
    localStorage.setItem(stored, JSON.stringify([...next]));
  };
  return (
    <nav className="panel" aria-label={module.title}>
      {module.groups.map((group) => (
        <section key={group.id}>
          {group.title !== "" && (
            <button type="button" className="phd" aria-expanded={!folded.has(group.id)} onClick={() => fold(group.id)}>
              <span className="ell">{group.title}</span>
              <ChevronDown size={12} aria-hidden />
            </button>
          )}
          {!folded.has(group.id) &&
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
