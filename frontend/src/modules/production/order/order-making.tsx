/** Panel of a sales order: how far production is for each line, and what is still to be made, in one press. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Factory, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Box } from "@/ui/figures";
import { toast } from "@/ui/overlay/toast";
import { Mark } from "@/ui/status";
import { fetchMaking, make, unmake, type LineMaking, type Making, type OrderMaking } from "./api";
import { makingWords } from "./making-words";
import "./order.css";

const KIND = { draft: "draft", released: "open", in_progress: "prog", done: "done", closed: "done" } as const;

function Made({ made, promised }: { made: Making; promised: string | null }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const late = promised !== null && made.status !== "done" && made.status !== "closed" && (made.expected_on ?? made.due_on).slice(0, 10) > promised;
  const share = made.steps.length === 0 ? Number(made.completed) / Number(made.quantity || 1) : made.steps.reduce((sum, step) => sum + Number(step.good) / Number(step.quantity || 1), 0) / made.steps.length;
  return (
    <div className="po-made">
      <Mark kind={late ? "late" : KIND[made.status]} share={share} />
      <div className="grow">
        <p><EntityLink entity="production.order" id={made.id}><b className="medium">{made.number}</b></EntityLink> <span aria-live="polite">{makingWords(made, t, { quantity: format.quantity, day: format.day })}</span></p>
        {made.steps.length > 0 && made.status !== "draft" && (
          <span className="po-mini" role="img" aria-label={made.steps.map((step) => `${step.name} ${t(`state.${step.status}`)}`).join(t("making.comma"))}>
            {made.steps.map((step, index) => <i key={index} className={step.status} title={`${step.name} ${format.quantity(step.good)}/${format.quantity(step.quantity)}`}><i style={{ width: `${Math.min(100, (Number(step.good) / Number(step.quantity || 1)) * 100)}%` }} /></i>)}
          </span>
        )}
      </div>
    </div>
  );
}

function Line({ row, busy, onMake, onBack }: { row: LineMaking; busy: boolean; onMake: () => void; onBack: () => void }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  return (
    <li>
      <p className="po-line">
        <b className="medium ell">{row.product.label}</b><span className="sub ell">{row.product.name}</span><span className="grow" />
        {row.takes_back && <Button size="small" icon={<Undo2 size={13} />} busy={busy} onClick={onBack} aria-label={t("making.backOf", { product: row.product.label })}>{t("making.back")}</Button>}
        {row.to_make !== null && <Button size="small" variant="primary" icon={<Factory size={13} />} busy={busy} onClick={onMake} aria-label={t("making.makeOf", { quantity: format.quantity(row.to_make), product: row.product.label })}>{t("making.make", { quantity: format.quantity(row.to_make) })}</Button>}
      </p>
      {row.orders.map((made) => <Made key={made.id} made={made} promised={row.promised_on} />)}
    </li>
  );
}

export function OrderMakingPanel({ record }: { record: Row }) {
  const { t } = useTranslation("order");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const client = useQueryClient();
  const queryKey = keyOf(slug, "shared.sales_order", "progress", [record.id]);
  const open = record.status !== "draft";
  const { data } = useQuery({ queryKey, queryFn: ({ signal }) => fetchMaking(record.id, signal), enabled: open });
  const act = useMutation({
    mutationFn: (run: () => Promise<OrderMaking>) => run(),
    onSuccess: (fresh) => client.setQueryData(queryKey, fresh),
    onError: (error) => toast({ tone: "bad", text: problemText(error, said) }),
  });
  if (!data || data.results.length === 0) return null;
  const missing = data.results.filter((row) => row.to_make !== null);
  return (
    <Box className="so-panel po-making" title={t("making.title")} extra={missing.length > 1 && <Button size="small" icon={<Factory size={13} />} busy={act.isPending} onClick={() => act.mutate(() => make(record.id))}>{t("making.all")}</Button>}>
      <ul>
        {data.results.map((row) => <Line key={row.line} row={row} busy={act.isPending} onMake={() => act.mutate(() => make(record.id, [row.line]))} onBack={() => act.mutate(() => unmake(record.id, row.line))} />)}
      </ul>
    </Box>
  );
}
