/** The company's menu while it is edited: a sparse patch over the default tree. Pure: the page draws it, tests hold it. */
import type { Language } from "@/platform/i18n/i18n";

export type Titles = Record<string, string>;

export interface NodeChange {
  title?: Titles;
  hidden?: boolean;
  parent?: string;
  order?: number;
  icon?: string;
  roles?: string[];
}

export interface OwnEntry {
  id: string;
  parent: string;
  title: Titles;
  icon?: string;
  order?: number;
  roles?: string[];
  url?: string;
  route?: string;
  entity?: string;
  view?: string;
}

export interface Patch {
  nodes: Record<string, NodeChange>;
  added: OwnEntry[];
}

/** A default node as the server lists it. */
export interface DefaultNode {
  id: string;
  title: string;
  parent: string | null;
  icon: string;
  order: number;
  page: boolean;
  entity: string | null;
  route: string | null;
  url: string | null;
  /** As the layer below has it. */
  hidden?: boolean;
  roles?: string[];
}

export interface EditNode {
  id: string;
  title: string;
  titles: Titles;
  parent: string;
  icon: string;
  order: number;
  page: boolean;
  entity: string | null;
  target: string;
  hidden: boolean;
  roles: string[];
  own: boolean;
}

export const deepest = 3;
const tag = (language: Language) => (language === "zh" ? "zh-hans" : "en");

function titleIn(titles: Titles, language: Language, fallback: string): string {
  return titles[tag(language)]?.trim() || titles.en?.trim() || Object.values(titles).find((one) => one.trim()) || fallback;
}

/** All nodes with the patch on them, in their order. */
export function apply(defaults: readonly DefaultNode[], patch: Patch, language: Language): EditNode[] {
  const known = defaults.map<EditNode>((node) => {
    const change = patch.nodes[node.id] ?? {};
    return {
      id: node.id, titles: change.title ?? {}, title: change.title ? titleIn(change.title, language, node.title) : node.title, parent: change.parent ?? node.parent ?? "",
      icon: change.icon || node.icon, order: change.order ?? node.order, page: node.page, entity: node.entity, target: node.route ?? node.url ?? "",
      hidden: change.hidden ?? node.hidden ?? false, roles: change.roles ?? node.roles ?? [], own: false,
    };
  });
  const own = patch.added.map<EditNode>((entry) => {
    const change = patch.nodes[entry.id] ?? {};
    const titles = change.title ?? entry.title;
    return {
      id: entry.id, titles, title: titleIn(titles, language, entry.id), parent: change.parent ?? entry.parent, icon: change.icon ?? entry.icon ?? "", order: change.order ?? entry.order ?? 500,
      page: Boolean(entry.url || entry.route || entry.entity), entity: entry.entity ?? null, target: entry.url ?? entry.route ?? "", hidden: change.hidden ?? false, roles: change.roles ?? entry.roles ?? [], own: true,
    };
  });
  return [...known, ...own].sort((a, b) => a.order - b.order || a.id.localeCompare(b.id));
}

export const childrenOf = (nodes: readonly EditNode[], parent: string): EditNode[] => nodes.filter((node) => node.parent === parent);

export function levelOf(nodes: readonly EditNode[], id: string): number {
  let level = 0;
  for (let node = nodes.find((one) => one.id === id); node && level <= deepest; node = nodes.find((one) => one.id === node?.parent)) level++;
  return level;
}

/** Levels from the node down to its deepest child. */
export function heightOf(nodes: readonly EditNode[], id: string): number {
  return 1 + Math.max(0, ...childrenOf(nodes, id).map((child) => heightOf(nodes, child.id)));
}

const isInside = (nodes: readonly EditNode[], id: string, above: string): boolean => {
  for (let at: string | undefined = id; at; at = nodes.find((node) => node.id === at)?.parent) if (at === above) return true;
  return false;
};

/** Whether a node may stand below another: three levels, no circles, nothing below a page. */
export function mayStandIn(nodes: readonly EditNode[], id: string, parent: string): boolean {
  if (parent === "") return !nodes.find((node) => node.id === id)?.page;
  const above = nodes.find((node) => node.id === parent);
  if (!above || above.page || isInside(nodes, parent, id)) return false;
  return levelOf(nodes, parent) + heightOf(nodes, id) <= deepest;
}

/** The patch with one node changed; what says nothing new is left out, so that the patch stays sparse. */
export function change(patch: Patch, defaults: readonly DefaultNode[], id: string, more: NodeChange): Patch {
  const own = patch.added.find((entry) => entry.id === id);
  if (own) {
    const { hidden, ...entry } = more;
    const added = patch.added.map((one) => (one.id === id ? { ...one, ...entry } : one));
    if (hidden === undefined) return { ...patch, added };
    return { added, nodes: sparse({ ...patch.nodes, [id]: { ...patch.nodes[id], hidden } }, defaults) };
  }
  return { ...patch, nodes: sparse({ ...patch.nodes, [id]: { ...patch.nodes[id], ...more } }, defaults) };
}

function sparse(nodes: Record<string, NodeChange>, defaults: readonly DefaultNode[]): Record<string, NodeChange> {
  const kept: Record<string, NodeChange> = {};
  for (const [id, said] of Object.entries(nodes)) {
    const usual = defaults.find((node) => node.id === id);
    const title = Object.fromEntries(Object.entries(said.title ?? {}).filter(([, text]) => text.trim() !== ""));
    const rest: NodeChange = {
      ...(Object.keys(title).length > 0 && { title }),
      ...(said.hidden !== undefined && said.hidden !== (usual?.hidden ?? false) && { hidden: said.hidden }),
      ...(said.parent !== undefined && said.parent !== (usual?.parent ?? "") && { parent: said.parent }),
      ...(said.order !== undefined && said.order !== usual?.order && { order: said.order }),
      ...(said.icon && said.icon !== usual?.icon && { icon: said.icon }),
      ...(said.roles && said.roles.join() !== (usual?.roles ?? []).join() && { roles: said.roles }),
    };
    if (Object.keys(rest).length > 0) kept[id] = rest;
  }
  return kept;
}

/** Puts a node at a place among the children of a parent; its new neighbours keep their order around it. */
export function place(patch: Patch, defaults: readonly DefaultNode[], nodes: readonly EditNode[], id: string, parent: string, index: number): Patch {
  const others = childrenOf(nodes, parent).filter((node) => node.id !== id);
  const line = [...others.slice(0, index).map((node) => node.id), id, ...others.slice(index).map((node) => node.id)];
  let next = patch;
  line.forEach((one, at) => {
    const node = nodes.find((known) => known.id === one);
    const order = (at + 1) * 10;
    const moved = one === id && node?.parent !== parent;
    if (node?.order !== order || moved) next = change(next, defaults, one, moved ? { parent, order } : { order });
  });
  return next;
}

export function add(patch: Patch, entry: OwnEntry): Patch {
  return { ...patch, added: [...patch.added, entry] };
}

/** Takes an own entry out again, with what stands below it. */
export function remove(patch: Patch, id: string): Patch {
  const gone = new Set([id]);
  for (let before = 0; before !== gone.size; ) {
    before = gone.size;
    for (const entry of patch.added) if (gone.has(entry.parent)) gone.add(entry.id);
  }
  const nodes = Object.fromEntries(Object.entries(patch.nodes).filter(([key, said]) => !gone.has(key) && !(said.parent && gone.has(said.parent))));
  return { nodes, added: patch.added.filter((entry) => !gone.has(entry.id)) };
}

export interface Difference {
  id: string;
  title: string;
  kind: "added" | "removed" | "renamed" | "moved" | "hidden" | "shown" | "changed";
}

/** New numbers alone are no move: only who overtook most of the neighbours has moved. */
function movedAmong(before: readonly EditNode[], after: readonly EditNode[], node: EditNode): boolean {
  const olds = childrenOf(before, node.parent).map((one) => one.id);
  const news = childrenOf(after, node.parent).map((one) => one.id).filter((id) => olds.includes(id));
  const still = olds.filter((id) => news.includes(id));
  const from = still.indexOf(node.id);
  const to = news.indexOf(node.id);
  if (from === to) return false;
  const without = (list: string[]) => list.filter((id) => id !== node.id);
  // Two that swapped: the one that went up is named.
  return same(without(still), without(news)) ? Math.abs(from - to) > 1 || to < from : Math.abs(from - to) > 1;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What publishing would change, one line per entry, in the words of the editor. */
export function differences(before: readonly EditNode[], after: readonly EditNode[]): Difference[] {
  const was = new Map(before.map((node) => [node.id, node]));
  const found: Difference[] = [];
  for (const node of after) {
    const old = was.get(node.id);
    was.delete(node.id);
    if (!old) found.push({ id: node.id, title: node.title, kind: "added" });
    else if (old.hidden !== node.hidden) found.push({ id: node.id, title: node.title, kind: node.hidden ? "hidden" : "shown" });
    else if (old.parent !== node.parent) found.push({ id: node.id, title: node.title, kind: "moved" });
    else if (!same(old.titles, node.titles)) found.push({ id: node.id, title: node.title, kind: "renamed" });
    else if (old.icon !== node.icon || old.target !== node.target || old.entity !== node.entity || !same(old.roles, node.roles)) found.push({ id: node.id, title: node.title, kind: "changed" });
    else if (old.order !== node.order && movedAmong(before, after, node)) found.push({ id: node.id, title: node.title, kind: "moved" });
  }
  for (const node of was.values()) found.push({ id: node.id, title: node.title, kind: "removed" });
  return found;
}
