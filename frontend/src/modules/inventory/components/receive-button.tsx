/** A confirmed purchase order is received with one press: a draft receipt of all that is still open, to be counted and posted. */
import { useTranslation } from "react-i18next";
import type { Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { Button } from "@/ui/button";
import { useReceive } from "./use-receive";

const OPEN = new Set(["confirmed", "part_received"]);

export function ReceiveButton({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const thumb = usePhone() ? ({ size: "large", className: "wide" } as const) : {};
  const { may, receive, making } = useReceive();
  if (!may || !OPEN.has(String(record.status)) || record.is_migrated) return null;
  return <Button {...thumb} variant="primary" busy={making !== undefined} onClick={() => receive({ id: record.id, version: Number(record.version) })}>{t("receive")}</Button>;
}
