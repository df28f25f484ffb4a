/** The warehouse that serves an order: its own, else its customer's, else wherever there is stock. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { newIdempotencyKey } from "@/platform/api/request";
import { problemText, RefSelect } from "@/platform/records";
import { createRecord, deleteRecord, fetchPage, updateRecord } from "@/platform/records/api";
import type { Ref, Row } from "@/platform/records/types";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { Box } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import "./inventory.css";

const ENTITY = "inventory.ship_from";
const OPEN = ["draft", "confirmed", "part_delivered"];

export function ShipFrom({ record }: { record: Row }) {
  const { t } = useTranslation("inventory");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const { slug } = useTenant();
  const entity = useEntity(ENTITY)!;
  const may = { create: useCan(`${ENTITY}.create`), update: useCan(`${ENTITY}.update`), remove: useCan(`${ENTITY}.delete`) };
  const customer = (record.customer as Ref | null)?.id ?? 0;
  const { data } = useQuery({
    queryKey: keyOf(slug, ENTITY, "of", [record.id, customer]),
    queryFn: async ({ signal }) => {
      // `order` is the word for sorting in a question, so it is asked for in a list of one
      const [own, usual] = await Promise.all([fetchPage(entity, { order__in: record.id }, signal), fetchPage(entity, { customer }, signal)]);
      return { own: own.results[0], usual: usual.results[0] };
    },
  });
  const own = data?.own;
  const choose = useMutation({
    mutationFn: async (warehouse: Ref | null) => {
      if (!warehouse) return own && deleteRecord(entity, own.id, own.version);
      if (own) await updateRecord(entity, own.id, own.version, { warehouse: warehouse.id });
      else await createRecord(entity, { order: record.id, warehouse: warehouse.id }, newIdempotencyKey());
    },
    onSettled: () => client.invalidateQueries({ queryKey: [slug, ENTITY] }),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  if (!data) return null;
  const chosen = own?.warehouse as Ref | undefined;
  const usual = data.usual?.warehouse as Ref | undefined;
  const shown = chosen ?? usual;
  const open = OPEN.includes(String(record.status)) && (own ? may.update : may.create);
  if (!open && !shown) return null;
  return (
    <Box className="iv-supplier" title={t("shipFrom.title")}>
      {open ? <RefSelect entity="inventory.warehouse" filter={{ is_active: true }} value={chosen ?? null} clearable={may.remove} disabled={choose.isPending} placeholder={usual?.label ?? t("shipFrom.anywhere")} aria-label={t("shipFrom.title")} onChange={(value) => choose.mutate(value)} /> : <p>{shown!.label}</p>}
      <p className="sub">{t(chosen ? "shipFrom.own" : usual ? "shipFrom.usual" : "shipFrom.none")}</p>
    </Box>
  );
}
