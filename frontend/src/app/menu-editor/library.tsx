/** Pages that are in no menu yet: lists of records that nothing leads to, and a link of one's own. */
import { Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pagesUnder } from "@/platform/menu/menu";
import { useEntities, useSession } from "@/platform/session/session";
import type { MenuDraft } from "./use-menu-draft";

export function Library({ draft, parent }: { draft: MenuDraft; parent: string }) {
  const { t } = useTranslation("menu-editor");
  const entities = useEntities();
  const { menu } = useSession();
  const [words, setWords] = useState("");
  const there = new Set(draft.nodes.map((node) => node.entity));
  // the area where most pages of the module stand, in the words of the menu
  const areas = new Map(menu.flatMap((area) => pagesUnder(area).map((page) => [entities[page.entity ?? ""]?.module ?? "", area.title] as const)).reverse());
  const lines = new Set(Object.values(entities).map((entity) => entity.lines?.entity));
  const free = Object.values(entities)
    .filter((entity) => entity.route && !there.has(entity.key) && !lines.has(entity.key) && entity.label_plural.toLowerCase().includes(words.toLowerCase()))
    .sort((a, b) => a.label_plural.localeCompare(b.label_plural));
  /** Reports and other pages that stand somewhere already: a second way to them, found by name. */
  const pages = words.trim() === "" ? [] : draft.defaults.filter((node) => node.page && node.route && node.title.toLowerCase().includes(words.trim().toLowerCase())).slice(0, 8);
  const tag = draft.language === "zh" ? "zh-hans" : "en";
  return (
    <>
      <header className="me-lib">{t("not_in_menu")}</header>
      <div className="me-find">
        <Search size={13} aria-hidden />
        <input className="input" placeholder={t("find_page")} aria-label={t("find_page")} value={words} onChange={(event) => setWords(event.target.value)} />
      </div>
      {pages.map((page) => (
        <button key={page.id} type="button" className="me-i lib" onClick={() => draft.addIn(parent, { route: page.route ?? undefined, title: { [tag]: page.title } })}>
          <Plus size={13} className="dim" aria-hidden />
          <span className="ell name">{page.title}</span>
          <em>{t("link_to_page")}</em>
        </button>
      ))}
      {free.map((entity) => (
        <button key={entity.key} type="button" className="me-i lib" onClick={() => draft.addIn(parent, { entity: entity.key, title: { [tag]: entity.label_plural } })}>
          <Plus size={13} className="dim" aria-hidden />
          <span className="ell name">{entity.label_plural}</span>
          <em>{areas.get(entity.module)}</em>
        </button>
      ))}
      <button type="button" className="me-i lib" onClick={() => draft.addIn(parent)}>
        <Plus size={13} className="dim" aria-hidden />
        <span className="ell name">{t("web_page")}</span>
      </button>
    </>
  );
}
