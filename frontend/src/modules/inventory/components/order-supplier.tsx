/** Panel of a purchase order: where it goes, and what its supplier proposes instead; accepting makes a new revision. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { get, post } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Box } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import "./inventory.css";

interface Wish { line: number; product: string; unit: string; quantity: string; was_quantity: string; on: string | null; was_on: string | null }
interface Proposal { id: number; words: string; proposed_at: string; lines: Wish[] }

export function OrderSupplier({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug } = useTenant();
  const sees = useCan("inventory.supplier_proposal.view");
  const may = useCan("shared.purchase_order.change");
  const [reason, setReason] = useState("");
  const { data } = useQuery({
    queryKey: keyOf(slug, "inventory.supplier_proposal", "of", [record.id, record.version]),
    queryFn: ({ signal }) => get<{ results: Proposal[] }>("/api/v1/inventory/supplier-proposals/", { order__in: record.id, state: "open" }, signal),
    enabled: sees,
  });
  const proposal = data?.results[0];
  const decide = useMutation({
    mutationFn: (verb: "accept" | "refuse") => post(`/api/v1/inventory/supplier-proposals/${proposal!.id}/actions/${verb}/`, { reason }),
    onSuccess: () => void client.invalidateQueries(),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  const to = record.deliver_to as { entity: string; id: number; label: string } | null | undefined;
  if (!to && !proposal) return null;
  return (
    <Box className="iv-supplier" title={t("proposal.panel")}>
      {to && <p><span className="sub">{t("deliverTo")}</span> <EntityLink entity={to.entity} id={to.id}>{to.label}</EntityLink></p>}
      {proposal && (
        <>
          <h3>{t("proposal.title")} <span className="dim">{format.moment(proposal.proposed_at)}</span></h3>
          {proposal.words && <p className="sub">“{proposal.words}”</p>}
          <ul>
            {proposal.lines.map((one) => (
              <li key={one.line}>
                <b className="ell">{one.product}</b>
                {one.quantity !== one.was_quantity && <span className="num"><del>{format.quantity(one.was_quantity)}</del> → {format.quantity(one.quantity)} {one.unit}</span>}
                {one.on && one.on !== one.was_on && <span className="num"><del>{format.day(one.was_on)}</del> → {format.day(one.on)}</span>}
              </li>
            ))}
          </ul>
          {may && (
            <>
              <TextField label={t("proposal.reason")} value={reason} onChange={(event) => setReason(event.target.value)} />
              <p className="iv-decide">
                <Button variant="primary" size="small" busy={decide.isPending} onClick={() => decide.mutate("accept")}>{t("proposal.accept")}</Button>
                <Button size="small" disabled={!reason.trim()} busy={decide.isPending} onClick={() => decide.mutate("refuse")}>{t("proposal.refuse")}</Button>
              </p>
            </>
          )}
        </>
      )}
    </Box>
  );
}
