/** On a member's page: the way to the wizard. */
import { HandHelping } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import type { Row } from "@/platform/records/types";
import { useMe } from "@/platform/session/session";
import { Button } from "@/ui/button";

export function MemberHandover({ record }: { record: Row }) {
  const { t } = useTranslation("handover");
  const go = useGo();
  const me = useMe();
  if (Number(record.id) === me.member_id) return null;
  return <Button icon={<HandHelping size={14} />} onClick={() => go(`/admin/handover/new?member=${record.id}`)}>{t("title")}</Button>;
}
