import { ChevronsUpDown, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { useSession } from "@/platform/session/session";
import { Who } from "@/ui/figures";
import { Menu, type MenuItem } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { enterCompany } from "../auth/companies";

/** The company's name is always in sight: switching changes all data. */
export function CompanySwitch() {
  const { t } = useTranslation("app");
  const { tenant, companies } = useSession();
  const others = companies.filter((company) => company.slug !== tenant.slug);
  const enter = async (company: { slug: string; url?: string }) => {
    try {
      await enterCompany(company.slug);
    } catch (error) {
      if (company.url) window.location.assign(company.url);
      else toast({ text: isProblem(error) ? error.message : t("unreachable"), tone: "bad" });
    }
  };
  const items: MenuItem[] = [
    { key: tenant.slug, label: tenant.name, icon: <Who name={tenant.name} />, checked: true, onSelect: () => undefined },
    ...others.map((company) => ({ key: company.slug, label: company.name, icon: <Who name={company.name} />, checked: false, onSelect: () => void enter(company) })),
    { key: "+", label: t("start_company"), icon: <Plus size={15} />, divided: true, onSelect: () => window.location.assign("/signup/company") },
  ];
  return (
    <Menu
      label={t("company")}
      items={items}
      trigger={(props) => (
        <button type="button" className="company" {...props}>
          <b className="ell">{tenant.name}</b>
          <ChevronsUpDown size={13} aria-hidden />
        </button>
      )}
    />
  );
}
