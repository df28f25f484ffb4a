/** Phone: five places for the thumb. Home, two modules, new, everything. */
import { LayoutGrid, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { useGo, usePathname, useSearchText } from "@/platform/records/navigation";
import { Icon } from "@/ui/icon";
import { Menu } from "@/ui/overlay/menu";
import { useCreatables } from "./top-bar";
import type { ShellModule } from "./use-shell-menu";

export function TabBar({ modules, here }: { modules: ShellModule[]; here: string }) {
  const { t } = useTranslation("app");
  const go = useGo();
  const creatables = useCreatables();
  const everything = usePathname() === "/all";
  const looked = new URLSearchParams(useSearchText()).get("m");
  /** The page of all pages is a place of its own, or that of the module it shows. */
  const at = everything ? (looked ?? "all") : here;
  const shown = modules.filter((module) => !module.low && module.id !== "home" && !module.url);
  const current = shown.find((module) => module.id === at);
  // The module one is in always has its place, so that the way back to its pages is under the thumb.
  const two = [...new Set([shown[0], current && current !== shown[0] ? current : shown[1]])].filter((module): module is ShellModule => Boolean(module));
  const tab = (module: ShellModule) => (
    <AppLink key={module.id} className={module.id === at ? "on" : undefined} to={module.id === "home" ? "/" : `/all?m=${encodeURIComponent(module.id)}`} aria-current={module.id === at ? "page" : undefined}>
      <Icon name={module.icon} size={21} />
      <span>{module.title}</span>
    </AppLink>
  );
  return (
    <nav className="tabbar" aria-label={t("modules")}>
      {modules[0] && tab(modules[0])}
      {two[0] && tab(two[0])}
      {creatables.length > 0 && (
        <Menu
          label={t("new")}
          side="above"
          items={creatables.map(({ entity }) => ({ key: entity.key, label: entity.label, icon: <Icon name={entity.icon} size={18} />, onSelect: () => go(`${entity.route}/new`) }))}
          trigger={(props) => (
            <button type="button" {...props}>
              <Plus size={21} aria-hidden />
              <span>{t("new")}</span>
            </button>
          )}
        />
      )}
      {two[1] && tab(two[1])}
      <AppLink to="/all" className={at === "all" ? "on" : undefined} aria-current={at === "all" ? "page" : undefined}>
        <LayoutGrid size={21} aria-hidden />
        <span>{t("all")}</span>
      </AppLink>
    </nav>
  );
}
