/** A confirmed purchase order is received with one press: a draft receipt of all that is still open, to be counted and posted. */
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/platform/api/request";
import { problemText } from "@/platform/records";
import { createRecord } from "@/platform/records/api";
import { useGo } from "@/platform/records/navigation";
import type { Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useEntity } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";

const OPEN = new Set(["confirmed", "part_received"]);

export function ReceiveButton({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const go = useGo();
  const thumb = usePhone() ? ({ size: "large", className: "wide" } as const) : {};
  const receipt = useEntity("inventory.receipt");
  // one key per state of the order: pressing again after a lost answer makes no second receipt
  const intent = useRef<{ of: string; key: string } | null>(null);
  const receive = useMutation({
    mutationFn: () => {
      const of = `${record.id}/${record.version}`;
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return createRecord(receipt!, { order: record.id }, intent.current.key);
    },
    onSuccess: (made) => { intent.current = null; go(`${receipt!.route}/${made.id}`); },
    onError: (error) => toast({ tone: "bad", text: problemText(error, said) }),
  });
  if (!receipt?.can.create || !OPEN.has(String(record.status)) || record.is_migrated) return null;
  return <Button {...thumb} variant="primary" busy={receive.isPending} onClick={() => receive.mutate()}>{t("receive")}</Button>;
}
