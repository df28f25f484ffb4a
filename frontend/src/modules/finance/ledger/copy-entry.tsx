/** A posted entry again, as a new voucher to change and post. */
import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import type { Row } from "@/platform/records/types";
import { Button } from "@/ui/button";

export function CopyEntry({ record }: { record: Row }) {
  const { t } = useTranslation("ledger");
  const go = useGo();
  return <Button icon={<Copy size={15} />} onClick={() => go(`/finance/voucher?copy=${record.id}`)}>{t("ve.copy")}</Button>;
}
