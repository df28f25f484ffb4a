/** What can be taken into the menu: lists of records that nothing leads to, saved views, reports, and links of one's own. */
import { useQuery } from "@tanstack/react-query";
import { Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { pagesUnder } from "@/platform/menu/menu";
import { useEntities, useSession, useTenant } from "@/platform/session/session";
import { fetchSharedViews } from "./api";
import type { MenuDraft } from "./use-menu-draft";

const most = 8;

export function Library({ draft, parent }: { draft: MenuDraft; parent: string }) {
  const { t } = useTranslation("menu-editor");
  const entities = useEntities();
  const { menu } = useSession();
  const { slug } = useTenant();
  const [words, setWords] = useState("");
  const saved = useQuery({ queryKey: keyOf(slug, "records.saved_view", "list", { of: "" }), queryFn: () => fetchSharedViews() });
  const sought = words.trim().toLowerCase();
  const there = new Set(draft.nodes.map((node) => node.entity));
  // the area where most pages of the module stand, in the words of the menu
  const areas = new Map(menu.flatMap((area) => pagesUnder(area).map((page) => [entities[page.entity ?? ""]?.module ?? "", area.title] as const)).reverse());
  const lines = new Set(Object.values(entities).map((entity) => entity.lines?.entity));
  const free = Object.values(entities)
    .filter((entity) => entity.route && !there.has(entity.key) && !lines.has(entity.key) && entity.label_plural.toLowerCase().includes(sought))
    .sort((a, b) => a.label_plural.localeCompare(b.label_plural));
  /** Views that people saved and shared; those that a list brings itself only when they are looked for. */
  const views = [
    ...(saved.data ?? []),
    ...(sought === "" ? [] : Object.values(entities).flatMap((entity) => (entity.views ?? []).map((view) => ({ key: view.key, title: view.title, entity: entity.key })))),
  ]
    .filter((view) => entities[view.entity]?.route && `${view.title} ${entities[view.entity]?.label_plural}`.toLowerCase().includes(sought))
    .slice(0, most);
  /** Reports and other pages that stand somewhere already: a second way to them, found by name. */
  const pages = sought === "" ? [] : draft.defaults.filter((node) => node.page && node.route && node.title.toLowerCase().includes(sought)).slice(0, most);
  const tag = draft.language === "zh" ? "zh-hans" : "en";
  return (
    <>
      <header className="me-lib">{t("not_in_menu")}</header>
      <div className="me-find">
        <Search size={13} aria-hidden />
        <input className="input" placeholder={t("find_page")} aria-label={t("find_page")} value={words} onChange={(event) => setWords(event.target.value)} />
      </div>
      {views.map((view) => (
        <button key={`${view.entity}:${view.key}`} type="button" className="me-i lib" onClick={() => draft.addIn(parent, { entity: view.entity, view: view.key, title: { [tag]: view.title } })}>
          <Plus size={13} className="dim" aria-hidden />
          <span className="ell name">{view.title}</span>
          <em>{t("view_of", { list: entities[view.entity]?.label_plural })}</em>
        </button>
      ))}
      {pages.map((page) => (
        <button key={page.id} type="button" className="me-i lib" onClick={() => draft.addIn(parent, { route: page.route ?? undefined, title: { [tag]: page.title } })}>
          <Plus size={13} className="dim" aria-hidden />
          <span className="ell name">{page.title}</span>
          <em>{t(page.entity ? "link_to_page" : "link_to_report")}</em>
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
