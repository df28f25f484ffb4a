/** Whether there is something for me, and the list of it below the bell. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "@/platform/session/session";
import { useNotified } from "@/platform/realtime/realtime";
import { Button } from "@/ui/button";
import { Popover } from "@/ui/overlay/popover";
import { fetchNotifications } from "./api";
import { NotificationList } from "./notification-list";
import "./notifications.css";

export function Bell() {
  const { t } = useTranslation("notifications");
  const { slug } = useTenant();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const key = [slug, "notifications"];
  const { data } = useQuery({ queryKey: [...key, "latest"], queryFn: () => fetchNotifications(), placeholderData: keepPreviousData, staleTime: 60_000 });
  useNotified(() => void client.invalidateQueries({ queryKey: key }));
  const unread = data?.unread ?? 0;
  const name = unread ? t("open", { count: unread }) : t("title");
  return (
    <span ref={anchor} className="bell">
      <Button variant="text" size="small" icon={<BellIcon size={16} />} aria-label={name} title={t("title")} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen((is) => !is)} />
      {unread > 0 && <i className="bell-count num" aria-hidden>{unread > 99 ? "99+" : unread}</i>}
      <Popover anchor={anchor} open={open} onClose={() => setOpen(false)} label={t("title")} width={380} align="end">
        <NotificationList onClose={() => setOpen(false)} />
      </Popover>
    </span>
  );
}
