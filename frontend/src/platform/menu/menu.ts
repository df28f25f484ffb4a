/** Questions about the three-level menu: which page am I on, where does a level lead. */
import type { EntityMeta } from "@/platform/records/types";
import type { MenuNode } from "@/platform/session/bootstrap";

/** A menu is three levels: module, group, page. A page right below its module gets a group without a name. */
export interface MenuGroup {
  id: string;
  title: string;
  pages: MenuNode[];
}

export const isPage = (node: MenuNode): boolean => Boolean(node.route || node.url);

export function groupsOf(module: MenuNode): MenuGroup[] {
  const groups: MenuGroup[] = [];
  for (const node of module.children ?? []) {
    if (!isPage(node)) groups.push({ id: node.id, title: node.title, pages: pagesUnder(node) });
    else if (groups.at(-1)?.title === "") groups.at(-1)?.pages.push(node);
    else groups.push({ id: `${module.id}:${node.id}`, title: "", pages: [node] });
  }
  return groups.filter((group) => group.pages.length > 0);
}

/** All pages below a node, whatever the depth. */
export function pagesUnder(node: MenuNode): MenuNode[] {
  if (isPage(node)) return [node];
  return (node.children ?? []).flatMap(pagesUnder);
}

const under = (path: string, route: string) => path === route || path.startsWith(`${route}/`);

export interface Place {
  module: MenuNode;
  page: MenuNode;
}

/** How well a page's route fits an address: its path must lie above it, what its query names must be there. Null = not at all. */
function fit(route: string, path: string, search: string): number | null {
  const [plain = "", wanted = ""] = route.split("?");
  if (!under(path, plain) || (plain === "/" && path !== "/")) return null;
  const has = new URLSearchParams(search);
  const asked = [...new URLSearchParams(wanted)];
  const met = asked.filter(([key, value]) => has.get(key) === value).length;
  // "Customers" and "Suppliers" are one path with two views; without either the first of them is shown.
  return plain.length * 10 + met * 2 - (asked.length - met);
}

/** The page of the menu that an address belongs to: longest path first, then the view it names. */
export function pageAt(pages: MenuNode[], path: string, search = ""): MenuNode | null {
  let best: { page: MenuNode; score: number } | null = null;
  for (const page of pages) {
    const score = page.route ? fit(page.route, path, search) : null;
    if (score !== null && score > (best?.score ?? -Infinity)) best = { page, score };
  }
  return best?.page ?? null;
}

export function placeOf(menu: MenuNode[], path: string, search = ""): Place | null {
  const page = pageAt(menu.flatMap(pagesUnder), path, search);
  const module = page && menu.find((node) => pagesUnder(node).includes(page));
  return page && module ? { module, page } : null;
}

/** The entity whose pages live under a path (`/shared/sales-orders/12/edit`). */
export function entityAt(entities: Record<string, EntityMeta>, path: string): EntityMeta | undefined {
  return Object.values(entities).filter((entity) => entity.route && under(path, entity.route)).sort((a, b) => b.route.length - a.route.length)[0];
}
