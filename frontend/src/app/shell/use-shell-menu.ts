/** The rail's modules: home first, the company's menu, what runs the company at the foot. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { groupsOf, pagesUnder, type MenuGroup } from "@/platform/menu/menu";
import type { MenuNode } from "@/platform/session/bootstrap";
import { useSession } from "@/platform/session/session";

export interface ShellModule {
  id: string;
  title: string;
  icon?: string;
  groups: MenuGroup[];
  /** Where a click leads: its first page. */
  to?: string;
  url?: string;
  /** At the foot of the rail. */
  low?: boolean;
  late?: boolean;
  /** Routes of the app itself that belong here. */
  own?: string[];
}

/** Runs the company, not its work: at the foot of the rail. */
const lowOnes = new Set(["admin"]);
const page = (id: string, title: string, route: string): MenuNode => ({ id, title, route });

export function useShellMenu(): ShellModule[] {
  const { menu } = useSession();
  const { t } = useTranslation("app");
  return useMemo(() => {
    const from = (node: MenuNode): ShellModule => {
      const pages = pagesUnder(node);
      return { id: node.id, title: node.title, icon: node.icon, groups: groupsOf(node), to: pages.find((one) => one.route)?.route, url: node.url, low: lowOnes.has(node.id), late: pages.some((one) => one.late && one.count) };
    };
    const modules = menu.filter((node) => node.id !== "home").map(from);
    const home = menu.find((node) => node.id === "home");
    const pinned = menu.flatMap(pagesUnder).filter((one) => one.pinned);
    const homeGroups = [...(pinned.length > 0 ? [{ id: "home.pinned", title: t("pinned"), pages: pinned }] : []), { id: "home.day", title: t("my_day"), pages: [page("home.home", t("home"), "/"), page("home.all", t("all_pages"), "/all"), page("home.menu", t("my_menu"), "/account/menu"), page("home.account", t("account"), "/account")] }, ...(home ? groupsOf(home) : [])];
    const first: ShellModule = { id: "home", title: t("home"), icon: "inbox", groups: homeGroups, to: "/", own: ["/account", "/all"] };
    return [first, ...modules.filter((module) => !module.low), ...modules.filter((module) => module.low)];
  }, [menu, t]);
}
