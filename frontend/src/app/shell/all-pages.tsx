/** Every page of the menu at once, or those of one module: the phone's way through three levels. */
import { useTranslation } from "react-i18next";
import { AppLink } from "@/platform/records/entity-link";
import { useSearchText } from "@/platform/records/navigation";
import { Icon } from "@/ui/icon";
import { PageHead } from "@/ui/page";
import { useShellMenu } from "./use-shell-menu";

export function AllPages() {
  const { t } = useTranslation("app");
  const only = new URLSearchParams(useSearchText()).get("m");
  const modules = useShellMenu().filter((module) => module.groups.length > 0 && (!only || module.id === only));
  return (
    <div className="page">
      <PageHead title={only && modules[0] ? modules[0].title : t("all_pages")} ruled />
      <div className="page-body all-pages">
        {modules.map((module) => (
          <section key={module.id}>
            {!only && <h2><Icon name={module.icon} size={16} />{module.title}</h2>}
            <div className="groups">
              {module.groups.map((group) => (
                <div key={group.id}>
                  {group.title !== "" && <h3>{group.title}</h3>}
                  {group.pages.map((page) => page.route ? <AppLink key={page.id} to={page.route}>{page.title}</AppLink> : <a key={page.id} href={page.url} target="_blank" rel="noreferrer">{page.title}</a>)}
                </div>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}
