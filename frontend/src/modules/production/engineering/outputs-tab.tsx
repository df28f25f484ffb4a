/** Tab of a bill of materials: what is made besides, with its share of the cost. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { newIdempotencyKey } from "@/platform/api/request";
import { parseDecimal } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText, RefSelect } from "@/platform/records";
import { createRecord, deleteRecord, fetchPage } from "@/platform/records/api";
import type { EntityMeta, Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/controls";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import "./engineering.css";

export function OutputsTab({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("engineering");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const client = useQueryClient();
  const { slug } = useTenant();
  const entity = useEntity("production.bom_output");
  const query = { bom__in: record.id, limit: 200 };
  const key = keyOf(slug, "production.bom_output", "list", query);
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchPage(entity!, query, signal), enabled: entity !== undefined });
  const [product, setProduct] = useState<Ref | null>(null);
  const [quantity, setQuantity] = useState("");
  const [share, setShare] = useState("");
  const fresh = () => client.invalidateQueries({ queryKey: keyOf(slug, "production.bom_output") });
  const add = useMutation({
    mutationFn: () => createRecord(entity!, { bom: record.id, product: product!.id, quantity: parseDecimal(quantity), cost_share: parseDecimal(share) ?? "0" }, newIdempotencyKey()),
    onSuccess: () => { setProduct(null); setQuantity(""); setShare(""); void fresh(); },
  });
  const remove = useMutation({
    mutationFn: (row: Row) => deleteRecord(entity!, row.id, row.version as number),
    onSuccess: () => void fresh(),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  if (!entity || !data) return <GridSkeleton />;
  const problem = isProblem(add.error) ? add.error : undefined;
  const submit = (event: FormEvent) => { event.preventDefault(); if (product && parseDecimal(quantity)) add.mutate(); };
  return (
    <div className="en-pane">
      {data.results.length === 0 && <EmptyState inline title={t("outputs.none")}>{t("outputs.noneWhy")}</EmptyState>}
      <ul className="en-rows">
        {data.results.map((row) => (
          <li key={row.id}>
            <EntityLink entity="shared.product" id={(row.product as Ref).id}><b className="medium">{(row.product as Ref).label}</b></EntityLink>
            <span className="grow" />
            <span className="num">{format.quantity(row.quantity as string)}</span>
            <span className="num dim">{t("outputs.share", { share: format.quantity(row.cost_share as string) })}</span>
            {entity.can.delete && <Button variant="text" size="small" icon={<Trash2 size={15} />} aria-label={t("outputs.remove")} onClick={() => remove.mutate(row)} />}
          </li>
        ))}
      </ul>
      {entity.can.create && (
        <form className="en-pick" onSubmit={submit} noValidate>
          <Field label={t("outputs.product")} error={problem?.errorOf("product")}>
            {(ids) => <RefSelect id={ids.id} entity="shared.product" filter={{ kind: "goods" }} value={product} onChange={setProduct} />}
          </Field>
          <TextField label={t("outputs.quantity")} inputMode="decimal" autoComplete="off" value={quantity} onChange={(event) => setQuantity(event.target.value)} error={problem?.errorOf("quantity")} />
          <TextField label={t("outputs.costShare")} inputMode="decimal" suffix="%" autoComplete="off" value={share} onChange={(event) => setShare(event.target.value)} error={problem?.errorOf("cost_share")} />
          <Button submit icon={<Plus size={15} />} busy={add.isPending} disabled={!product || !parseDecimal(quantity)}>{t("outputs.add")}</Button>
        </form>
      )}
    </div>
  );
}
