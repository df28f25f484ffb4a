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

/** Where in the menu a path lies: the page with the longest matching route. */
export function placeOf(menu: MenuNode[], path: string): Place | null {
  let best: Place | null = null;
  for (const module of menu) {
    for (const page of pagesUnder(module)) {
      const route = page.route?.split("?")[0];
      if (route && under(path, route) && route.length > (best?.page.route?.split("?")[0]?.length ?? -1)) best = { module, page };
    }
  }
  return best;
}

/** The entity whose pages live under a path (`/shared/sales-orders/12/edit`). */
export function entityAt(entities: Record<string, EntityMeta>, path: string): EntityMeta | undefined {
  return Object.values(entities).filter((entity) => entity.route && under(path, entity.route)).sort((a, b) => b.route.length - a.route.length)[0];
}
