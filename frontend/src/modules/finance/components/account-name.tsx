/** An account by number and name: references to accounts carry the number only. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { EntityLink } from "@/platform/records";
import { fetchPage } from "@/platform/records/api";
import type { Ref } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import "../pages/finance.css";

export function AccountName({ account }: { account: Ref }) {
  const { i18n } = useTranslation("finance");
  const { slug } = useTenant();
  const accounts = useEntity("finance.account");
  const { data } = useQuery({ queryKey: keyOf(slug, "finance.account", "list", "all"), queryFn: ({ signal }) => fetchPage(accounts!, { limit: 500 }, signal), enabled: accounts !== undefined, staleTime: 60_000 });
  const row = data?.results.find((one) => String(one.id) === String(account.id));
  const name = String((i18n.language === "zh" && row?.name_zh) || row?.name || "");
  return <span className="fi-acc"><span className="code">{account.label}</span><EntityLink entity="finance.account" id={account.id}>{name || account.label}</EntityLink></span>;
}
