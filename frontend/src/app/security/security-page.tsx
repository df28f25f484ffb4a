/** Security of the company: second factor, networks, who is signed in, who came in, what was changed. */
import { useTranslation } from "react-i18next";
import { useGo, useSearchText } from "@/platform/records/navigation";
import { useCan } from "@/platform/session/session";
import { PageHead, Tabs } from "@/ui/page";
import { ChangesTab } from "./changes-tab";
import { LoginsTab } from "./logins-tab";
import { PolicyTab } from "./policy-tab";
import "./security.css";
import { SessionsTab } from "./sessions-tab";

export function SecurityPage() {
  const { t } = useTranslation("security");
  const go = useGo();
  const people = useCan("access.member.deactivate");
  const tab = new URLSearchParams(useSearchText()).get("tab") ?? "policy";
  const tabs = ["policy", ...(people ? ["sessions", "logins"] : []), "changes"].map((key) => ({ key, label: t(`tab_${key}`) }));
  return (
    <div className="page">
      <PageHead title={t("title")} />
      <Tabs label={t("title")} tabs={tabs} value={tab} onChange={(key) => go(key === "policy" ? "/admin/security" : `/admin/security?tab=${key}`, { replace: true })} />
      <div className="page-body security">
        {tab === "policy" && <PolicyTab />}
        {tab === "sessions" && people && <SessionsTab />}
        {tab === "logins" && people && <LoginsTab />}
        {tab === "changes" && <ChangesTab />}
      </div>
    </div>
  );
}
