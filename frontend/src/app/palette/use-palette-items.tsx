/** What the palette offers for the typed words: records, verbs for the best of them, pages, commands. */
import { useQuery } from "@tanstack/react-query";
import { Languages, LayoutGrid, ListFilter, LogOut, Moon, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { get } from "@/platform/api/request";
import { pagesUnder } from "@/platform/menu/menu";
import { prefer, useResolvedTheme } from "@/platform/preferences";
import { useRecent } from "@/platform/recent";
import { useDebounced } from "@/platform/records/use-debounced";
import type { ActionMeta, EntityMeta, RecordId } from "@/platform/records/types";
import { useSession } from "@/platform/session/session";
import { Icon } from "@/ui/icon";
import { useSwitchLanguage, leave } from "../shell/user-menu";

export interface Hit {
  entity: string;
  entity_label: string;
  id: RecordId;
  title: string;
  subtitle?: string;
  state?: string;
  kind?: string;
  route: string;
}

export interface PaletteItem {
  key: string;
  icon: ReactNode;
  title: string;
  subtitle?: string;
  state?: { kind: string; label: string };
  /** What decides, at the right: kind of record, module. */
  end?: string;
  to?: string;
  run?: () => void | Promise<void>;
  action?: { entity: EntityMeta; id: RecordId; meta: ActionMeta; title: string };
}

export interface PaletteGroup {
  key: string;
  title: string;
  items: PaletteItem[];
}

const small = 15;

/** All words of the query occur in the text, in any order. */
const matches = (text: string, query: string) => query.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

export function usePaletteItems(typed: string): { groups: PaletteGroup[]; searching: boolean; query: string } {
  const { t, i18n } = useTranslation("app");
  const { tenant, menu, entities } = useSession();
  const recent = useRecent(tenant.slug);
  const theme = useResolvedTheme();
  const switchLanguage = useSwitchLanguage();
  const verbsOnly = typed.startsWith(">");
  const query = typed.replace(/^>/, "").trim();
  const settled = useDebounced(query, 160);
  const search = useQuery({
    queryKey: [tenant.slug, "search", settled, i18n.language],
    queryFn: ({ signal }) => get<{ results: Hit[] }>("/api/v1/search/", { q: settled }, signal),
    enabled: !verbsOnly && settled.length > 0,
    staleTime: 10_000,
    placeholderData: (before) => before,
  });

  const hits = verbsOnly || !query ? [] : (search.data?.results ?? []);
  const record = (hit: Hit): PaletteItem => ({
    key: `${hit.entity}/${hit.id}`,
    icon: <Icon name={entities[hit.entity]?.icon ?? "file-text"} size={small} />,
    title: hit.title,
    // a title that ends in the code needs it no second time
    subtitle: hit.subtitle && hit.title.includes(hit.subtitle) ? undefined : hit.subtitle,
    state: hit.kind && hit.state ? { kind: hit.kind, label: entities[hit.entity]?.states?.find((state) => state.value === hit.state)?.label ?? hit.state } : undefined,
    end: hit.entity_label,
    to: hit.route || `${entities[hit.entity]?.route}/${hit.id}`,
  });

  const best = hits[0];
  const bestEntity = best && entities[best.entity];
  const verbs: PaletteItem[] = !best || !bestEntity ? [] : (bestEntity.actions ?? [])
    .filter((action) => !action.states?.length || (best.state !== undefined && action.states.includes(best.state)))
    // a hit says its state and not its kind
    .filter((action) => Object.keys(action.when ?? {}).length === 0)
    .slice(0, 4)
    .map((action) => ({ key: `do/${action.key}`, icon: <Icon name={action.icon ?? "arrow-right"} size={small} />, title: action.label, action: { entity: bestEntity, id: best.id, meta: action, title: best.title } }));

  const modules = menu.flatMap((module) => pagesUnder(module).map((page) => ({ module, page })));
  const pages: PaletteItem[] = verbsOnly ? [] : modules
    .filter(({ module, page }) => page.route && (!query || matches(`${module.title} ${page.title} ${page.entity ?? ""}`, query)))
    .slice(0, query ? 6 : 5)
    .map(({ module, page }) => ({ key: `page/${page.id}`, icon: <Icon name={(page.entity && entities[page.entity]?.icon) ?? module.icon ?? "layout-grid"} size={small} />, title: page.title, end: module.title, to: page.route }));

  const lists: PaletteItem[] = verbsOnly || query.length < 2 ? [] : [...new Set(hits.map((hit) => hit.entity))]
    .flatMap((key) => entities[key] ?? [])
    .slice(0, 3)
    .map((entity) => ({ key: `list/${entity.key}`, icon: <ListFilter size={small} />, title: t("list_with", { entities: entity.label_plural, query }), end: t("list"), to: `${entity.route}?search=${encodeURIComponent(query)}` }));

  const creates: PaletteItem[] = modules.flatMap(({ page, module }) => {
    const entity = page.entity ? entities[page.entity] : undefined;
    return entity?.can.create ? [{ key: `new/${entity.key}`, icon: <Plus size={small} />, title: t("new_entity", { entity: entity.label }), end: module.title, to: `${entity.route}/new` }] : [];
  });
  const commands: PaletteItem[] = [
    { key: "theme", icon: <Moon size={small} />, title: t(theme === "dark" ? "go_light" : "go_dark"), run: () => prefer({ theme: theme === "dark" ? "light" : "dark" }) },
    { key: "language", icon: <Languages size={small} />, title: t("other_language"), run: () => switchLanguage(i18n.language === "zh" ? "en" : "zh") },
    { key: "all", icon: <LayoutGrid size={small} />, title: t("all_pages"), to: "/all" },
    { key: "out", icon: <LogOut size={small} />, title: t("sign_out"), run: leave },
  ];
  const said = [...new Map(creates.map((item) => [item.key, item])).values(), ...commands].filter((item) => (query ? matches(item.title, query) : verbsOnly));
  const again: PaletteItem[] = query || verbsOnly ? [] : recent.filter((visit) => entities[visit.entity]).slice(0, 6)
    .map((visit) => ({ key: `recent/${visit.entity}/${visit.id}`, icon: <Icon name={entities[visit.entity]?.icon ?? "file-text"} size={small} />, title: visit.title, subtitle: visit.subtitle, end: entities[visit.entity]?.label, to: `${entities[visit.entity]?.route}/${visit.id}` }));

  const groups: PaletteGroup[] = [
    { key: "best", title: t("best_match"), items: best ? [record(best)] : [] },
    { key: "verbs", title: t("do_with", { title: best?.title ?? "" }), items: verbs },
    { key: "recent", title: t("recent"), items: again },
    { key: "similar", title: t("also_found"), items: hits.slice(1, 8).map(record) },
    { key: "pages", title: t("pages"), items: pages },
    { key: "lists", title: t("lists"), items: lists },
    { key: "commands", title: t("commands"), items: said.slice(0, verbsOnly ? 40 : 5) },
  ];
  return { groups: groups.filter((group) => group.items.length > 0), searching: search.isFetching || settled !== query, query };
}
