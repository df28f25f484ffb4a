/** Above every page: to support, where it is and how far it may go; to members, that somebody of support is here. */
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LifeBuoy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { useCan, useSession, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { leaveSupport } from "./api";

export function SupportNotice() {
  const { t } = useTranslation("support-access");
  const { support } = useSession();
  const { name } = useTenant();
  const format = useFormat();
  const looksAfter = useCan("access.company.update");
  const leave = useMutation({
    mutationFn: leaveSupport,
    onSuccess: () => window.location.assign("/"),
    onError: () => toast({ text: t("unreachable"), tone: "bad" }),
  });
  if (!support || (!support.mine && support.inside === 0)) return null;
  const until = format.moment(support.until);
  return (
    <div className={`notice ${support.mine ? "bad" : "info"}`} role="status">
      <LifeBuoy size={16} aria-hidden />
      <span className="grow">
        {support.mine ? t(`visiting_${support.scope}`, { name, until }) : t("inside", { count: support.inside, until })}
      </span>
      {support.mine && <Button size="small" busy={leave.isPending} onClick={() => leave.mutate()}>{t("leave")}</Button>}
      {!support.mine && looksAfter && <Link to={"/admin/support" as never}>{t("look")}</Link>}
    </div>
  );
}
