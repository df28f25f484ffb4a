import { PanelLeft, Plus, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import { useEntities, useSession } from "@/platform/session/session";
import { Slot } from "@/platform/slots/slots";
import { pagesUnder } from "@/platform/menu/menu";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { Logo } from "@/ui/joint";
import { Menu } from "@/ui/overlay/menu";
import { AppLink } from "@/platform/records/entity-link";
import { openPalette } from "../palette/palette-store";
import { CompanySwitch } from "./company-switch";
import { KeysHelp } from "./keys-help";
import { UserMenu } from "./user-menu";

/** What I may make, grouped as the menu groups it; at most so many that the menu needs no scrolling. */
export function useCreatables() {
  const { menu } = useSession();
  const entities = useEntities();
  const seen = new Set<string>();
  return menu.flatMap((module) =>
    pagesUnder(module).flatMap((page) => {
      const entity = page.entity ? entities[page.entity] : undefined;
      if (!entity?.can.create || seen.has(entity.key)) return [];
      seen.add(entity.key);
      return [{ module, entity }];
    }),
  );
}

export function TopBar({ onTogglePanel, panelOpen }: { onTogglePanel: () => void; panelOpen: boolean }) {
  const { t } = useTranslation("app");
  const go = useGo();
  const creatables = useCreatables();
  return (
    <header className="topbar">
      <AppLink className="tb-logo" to="/" aria-label={t("home")}>
        <Logo size={22} />
      </AppLink>
      <CompanySwitch />
      <Button variant="text" size="small" className="fold" icon={<PanelLeft size={15} />} aria-label={t(panelOpen ? "hide_panel" : "show_panel")} title={t(panelOpen ? "hide_panel" : "show_panel")} onClick={onTogglePanel} />
      <span className="grow" />
      <button type="button" className="find" aria-label={t("search_or_run")} onClick={() => openPalette()}>
        <Search size={14} aria-hidden />
        <span>{t("search_or_run")}</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      <span className="grow" />
      {creatables.length > 0 && (
        <Menu
          label={t("new")}
          align="end"
          items={creatables.map(({ module, entity }, index) => ({
            key: entity.key,
            label: entity.label,
            icon: <Icon name={entity.icon} size={15} />,
            group: creatables[index - 1]?.module === module ? undefined : module.title,
            onSelect: () => go(`${entity.route}/new`),
          }))}
          trigger={(props) => (
            <button type="button" className="btn small tb-new" {...props}>
              <Plus size={14} aria-hidden />
              {t("new")}
            </button>
          )}
        />
      )}
      <Slot name="topbar.actions" />
      <KeysHelp />
      <UserMenu />
    </header>
  );
}
