import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { Icon } from "@/ui/icon";
import type { ShellModule } from "./use-shell-menu";

interface RailProps {
  modules: ShellModule[];
  here: string;
  shown: string;
  /** Panel folded or narrow screen: a click shows the module's pages instead of going to the first. */
  panelOpen: boolean;
  onPeek: (id: string) => void;
}

const narrow = () => window.matchMedia("(max-width: 1199px)").matches;

export function Rail({ modules, here, shown, panelOpen, onPeek }: RailProps) {
  const { t } = useTranslation("app");
  const item = (module: ShellModule) => {
    const on = module.id === shown;
    const classes = `${on ? "on" : ""}${module.id === here && !on ? " here" : ""}`;
    const inner = (
      <>
        <Icon name={module.icon} size={18} />
        {module.late && <i className="rdot" />}
        <span title={module.title}>{module.low && module.title.length > 9 ? t("admin") : module.title}</span>
      </>
    );
    if (module.url) return <a key={module.id} href={module.url} target="_blank" rel="noreferrer">{inner}</a>;
    const peeks = module.id !== "home" && module.groups.length > 0;
    return (
      <div
        key={module.id}
        className="ri"
        onClickCapture={(event) => {
          if (!peeks || event.ctrlKey || event.metaKey || !(narrow() || !panelOpen)) return;
          event.preventDefault();
          event.stopPropagation();
          onPeek(module.id);
        }}
      >
        <AppLink className={classes} to={module.to ?? "/"} aria-current={module.id === here ? "page" : undefined}>{inner}</AppLink>
      </div>
    );
  };
  return (
    <nav className="rail" aria-label={t("modules")}>
      {modules.filter((module) => !module.low).map(item)}
      <span className="grow" />
      {modules.filter((module) => module.low).map(item)}
    </nav>
  );
}
