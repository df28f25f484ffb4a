/** A lot traced both ways: its mass balance, the trees up and down, who got it, where it lies; and its recall. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { download } from "@/platform/records/api";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Box, Fact, Facts } from "@/ui/figures";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ErrorState } from "@/ui/states/states";
import { customersSheet, fetchStory, recallLot } from "../api/lots";
import { LotTree } from "./lot-tree";
import "./inventory.css";

export const LotStoryTab = ({ record }: { record: Row }) => <LotStory lot={Number(record.id)} />;

export function LotStory({ lot }: { lot: number }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { slug } = useTenant();
  const mayRecall = useCan("inventory.lot.recall");
  const [asking, setAsking] = useState(false);
  const { data, error } = useQuery({ queryKey: keyOf(slug, "inventory.lot", "story", [lot]), queryFn: ({ signal }) => fetchStory(lot, signal) });
  if (error && !data) return <ErrorState title={t("lots.failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  const { balance } = data;
  const save = () => download(customersSheet(lot), "recall.csv").catch((failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) }));
  return (
    <div className="iv-story">
      <Facts>
        <Fact label={t("lots.came")} value={format.quantity(balance.came)} note={data.lot.unit} />
        <Fact label={t("lots.went")} value={format.quantity(balance.went)} note={data.lot.unit} />
        <Fact label={t("lots.onHand")} value={format.quantity(balance.on_hand)} note={data.lot.unit} />
        <Fact label={t("lots.lost")} value={format.quantity(balance.lost)} note={balance.closes ? t("lots.closes") : t("lots.open")} noteTone={balance.closes ? "good" : "bad"} />
      </Facts>
      <Box title={t("lots.up")}><LotTree tree={data.up} roots={[data.lot, ...data.same]} forward={false} /></Box>
      <Box title={t("lots.down")}><LotTree tree={data.down} roots={[data.lot, ...data.same]} forward /></Box>
      <Box title={t("lots.customers", { count: new Set(data.customers.map((row) => row.customer.id)).size })} extra={data.customers.length > 0 && <Button size="small" variant="text" icon={<Download size={15} />} onClick={() => void save()}>{t("lots.sheet")}</Button>}>
        {data.customers.length === 0 && <p className="iv-none dim">{t("lots.nobody")}</p>}
        <ul className="iv-rows">
          {data.customers.map((row) => (
            <li key={`${row.customer.id}/${row.lot.key}`}>
              <span className="ell"><EntityLink entity="shared.party" id={row.customer.id}>{row.customer.label}</EntityLink></span>
              <span className="sub">{row.lot.number}</span>
              <span className="ell dim">{row.documents.map((one) => one.label).join(t("needs.comma"))}</span>
              <span className="num">{format.quantity(row.shipped)} <span className="dim">{row.lot.unit}</span></span>
              <span className="num sub">{Number(row.returned) > 0 ? t("lots.back", { quantity: format.quantity(row.returned) }) : Number(row.consigned) > 0 ? t("lots.there", { quantity: format.quantity(row.consigned) }) : ""}</span>
            </li>
          ))}
        </ul>
      </Box>
      <Box title={t("lots.places")} extra={mayRecall && <Button size="small" variant="danger" onClick={() => setAsking(true)}>{t("lots.recall")}</Button>}>
        {data.places.length === 0 && <p className="iv-none dim">{t("lots.nowhere")}</p>}
        <ul className="iv-rows">
          {data.places.map((row) => (
            <li key={`${row.place.id}/${row.lot.key}`}>
              <span className="ell">{row.place.label}</span>
              <span className="sub">{row.lot.number}</span>
              <span className="ell dim">{row.lot.product.label}</span>
              <span className="num">{format.quantity(row.on_hand)} <span className="dim">{row.lot.unit}</span></span>
              <span className="num sub">{Number(row.reserved) > 0 ? t("lots.locked", { quantity: format.quantity(row.reserved) }) : ""}</span>
            </li>
          ))}
        </ul>
      </Box>
      {asking && <Recall lot={lot} lots={data.down.nodes.length} onClose={() => setAsking(false)} />}
    </div>
  );
}

function Recall({ lot, lots, onClose }: { lot: number; lots: number; onClose: () => void }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const key = useRef(newIdempotencyKey());
  const recall = useMutation({
    mutationFn: () => recallLot(lot, reason, key.current),
    onSuccess: ({ held }) => { toast(t("lots.recalled", { count: held.length })); void client.invalidateQueries(); onClose(); },
    onError: (failure) => { key.current = newIdempotencyKey(); toast({ tone: "bad", text: problemText(failure, said) }); },
  });
  return (
    <Dialog open onClose={onClose} title={t("lots.recall")} sticky
      foot={<><Button onClick={onClose}>{t("lots.cancel")}</Button><Button variant="danger" busy={recall.isPending} disabled={!reason.trim()} onClick={() => recall.mutate()}>{t("lots.hold", { count: lots })}</Button></>}>
      <p className="sub">{t("lots.recallWhy", { count: lots })}</p>
      <TextField label={t("lots.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
    </Dialog>
  );
}
