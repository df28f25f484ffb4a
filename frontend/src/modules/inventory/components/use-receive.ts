/** Makes a draft receipt of all that is still open of an order, and goes there to count and post it. */
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { newIdempotencyKey } from "@/platform/api/request";
import { problemText } from "@/platform/records";
import { createRecord } from "@/platform/records/api";
import { useGo } from "@/platform/records/navigation";
import type { RecordId } from "@/platform/records/types";
import { useEntity } from "@/platform/session/session";
import { toast } from "@/ui/overlay/toast";

interface Order {
  id: RecordId;
  version: number;
}

export function useReceive() {
  const { t: said } = useTranslation("records");
  const go = useGo();
  const receipt = useEntity("inventory.receipt");
  // one key per state of the order: pressing again after a lost answer makes no second receipt
  const intent = useRef<{ of: string; key: string } | null>(null);
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (order: Order) => {
      const of = `${order.id}/${order.version}`;
      if (intent.current?.of !== of) intent.current = { of, key: newIdempotencyKey() };
      return createRecord(receipt!, { order: order.id }, intent.current.key);
    },
    onSuccess: (made) => { intent.current = null; go(`${receipt!.route}/${made.id}`); },
    onError: (error) => toast({ tone: "bad", text: problemText(error, said) }),
  });
  return { may: receipt?.can.create ?? false, receive: mutate, making: isPending ? variables?.id : undefined };
}
