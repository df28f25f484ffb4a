/** The next step of a confirmed order: ship what is locked, invoice what was shipped. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import { createRecord } from "@/platform/records/api";
import { useGo } from "@/platform/records/navigation";
import type { Row } from "@/platform/records/types";
import { usePhone } from "@/platform/records/use-media";
import { useCan, useEntity } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { toast } from "@/ui/overlay/toast";
import { invoiceOrder } from "../api/documents";

export function FollowUp({ record }: { record: Row }) {
  const { t } = useTranslation("sales");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const go = useGo();
  const thumb = usePhone() ? ({ size: "large", className: "wide" } as const) : {};
  const delivery = useEntity("inventory.delivery");
  const invoice = useEntity("finance.invoice");
  const mayInvoice = useCan("finance.invoice.create");
  const lines = (record.lines as Row[] | undefined) ?? [];
  const total = (key: string) => lines.reduce((all, line) => all + Number(line[key] ?? 0), 0);
  const locked = total("reserved");
  const toInvoice = total("delivered") - total("returned") - total("invoiced");
  const failed = (error: unknown) => toast({ tone: "bad", text: problemText(error, said) });
  const ship = useMutation({
    mutationFn: () => createRecord(delivery!, { order: record.id }, newIdempotencyKey()),
    onSuccess: (made) => go(`${delivery!.route}/${made.id}`),
    onError: failed,
  });
  const bill = useMutation({ mutationFn: () => invoiceOrder(record.id), onSuccess: (made) => go(`${invoice!.route}/${made.id}`), onError: failed });
  const live = record.status === "confirmed" || record.status === "part_delivered";
  return (
    <>
      {toInvoice > 0 && invoice && mayInvoice && <Button {...thumb} variant={locked > 0 ? "default" : "primary"} busy={bill.isPending} onClick={() => bill.mutate()}>{t("next.invoice", { quantity: format.quantity(String(toInvoice)) })}</Button>}
      {live && locked > 0 && delivery?.can.create && <Button {...thumb} variant="primary" busy={ship.isPending} onClick={() => ship.mutate()}>{t("next.ship", { quantity: format.quantity(String(locked)) })}</Button>}
    </>
  );
}
