/** Tab of an inquiry: whom we asked, who has answered when, our own freight and duty, and what happened in order of time. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState } from "@/ui/states/states";
import { Status, type StatusKind } from "@/ui/status";
import { answerFile, makeLink, saveCosts, type Asked } from "./api";
import { SharedFiles } from "./shared-files";
import { useComparison } from "./use-comparison";
import "./inquiries.css";

const KIND: Record<Asked["status"], StatusKind> = { waiting: "draft", seen: "prog", answered: "done", declined: "off" };

export function SuppliersTab({ record }: { record: Row }) {
  const { t } = useTranslation("inquiries");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { data, error, refetch } = useComparison(record);
  const mayLink = useCan("inventory.supplier_link.create");
  const mayEdit = useCan("inventory.inquiry.update");
  const [link, setLink] = useState<{ address: string; supplier: string; expires_at: string } | null>(null);
  const [costs, setCosts] = useState<Asked | null>(null);
  const fresh = useMutation({
    mutationFn: (one: Asked) => makeLink(one.supplier.id, one.email).then((made) => ({ ...made, supplier: one.supplier.label })),
    onSuccess: setLink,
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  if (error) return <ErrorState title={t("failed")}>{problemText(error, said)}</ErrorState>;
  if (!data) return <GridSkeleton />;
  const open = data.status === "draft" || data.status === "sent" || data.status === "opened";
  return (
    <div className="iq">
      {data.suppliers.length === 0 && <EmptyState inline title={t("nobody")}>{t("nobodyWhy")}</EmptyState>}
      <ul className="iq-suppliers">
        {data.suppliers.map((one) => (
          <li key={one.id}>
            <span className="grow"><EntityLink entity={one.supplier.entity} id={one.supplier.id}>{one.supplier.label}</EntityLink><span className={one.email ? "sub ell" : "t-warn"}>{one.email || t("noMail")}</span>{one.files.map((file) => <a key={file.id} className="sub ell" href={answerFile(record.id, file.id)} download>{file.name}</a>)}</span>
            <span className="iq-costs num sub">{t("costs", { freight: format.money(one.freight, data.currency), duty: format.percent(one.duty_percent) })}</span>
            <span className="iq-given"><Status kind={KIND[one.status]}>{one.status_label}</Status>{one.given.length > 0 && <span className="dim num">{t("given", { at: format.moment(one.given.at(-1)!.at), count: one.given.length })}</span>}</span>
            {mayEdit && open && <Button size="small" onClick={() => setCosts(one)}>{t("setCosts")}</Button>}
            {mayLink && <Button size="small" icon={<Link2 size={14} />} busy={fresh.isPending && fresh.variables?.id === one.id} onClick={() => fresh.mutate(one)}>{t("link")}</Button>}
          </li>
        ))}
      </ul>
      <SharedFiles record={record} />
      {data.history.length > 0 && (
        <ol className="iq-history">
          {data.history.map((one, index) => (
            <li key={index}>
              <span className="dim num">{format.moment(one.at)}</span>
              <b>{one.label}</b>
              <span className="ell grow">{[one.supplier, one.words].filter(Boolean).join(" · ")}</span>
              <span className="sub ell">{one.by}</span>
            </li>
          ))}
        </ol>
      )}
      {link && (
        <Dialog open title={t("linkFor", { supplier: link.supplier })} onClose={() => setLink(null)} foot={<Button variant="primary" onClick={() => void navigator.clipboard.writeText(link.address).then(() => toast(t("copied")))}>{t("copy")}</Button>}>
          <p>{t("linkOnce", { on: format.day(link.expires_at.slice(0, 10)) })}</p>
          <p className="iq-link"><code>{link.address}</code></p>
        </Dialog>
      )}
      {costs && <CostsDialog record={record} one={costs} currency={data.currency} onClose={() => { setCosts(null); void refetch(); }} />}
    </div>
  );
}

function CostsDialog({ record, one, currency, onClose }: { record: Row; one: Asked; currency: string; onClose: () => void }) {
  const { t } = useTranslation("inquiries");
  const { t: said } = useTranslation("records");
  const client = useQueryClient();
  const [freight, setFreight] = useState(String(one.freight));
  const [duty, setDuty] = useState(String(one.duty_percent));
  const save = useMutation({
    mutationFn: () => saveCosts(record.id, [{ supplier: one.supplier.id, freight: freight || "0", duty_percent: duty || "0" }]),
    onSuccess: () => { void client.invalidateQueries(); onClose(); },
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
  });
  return (
    <Dialog open title={one.supplier.label} onClose={onClose} foot={<Button variant="primary" busy={save.isPending} onClick={() => save.mutate()}>{t("save")}</Button>}>
      <p className="sub">{t("costsWhy")}</p>
      <TextField label={t("ourFreight")} inputMode="decimal" suffix={currency} value={freight} onChange={(event) => setFreight(event.target.value)} />
      <TextField label={t("duty")} inputMode="decimal" suffix="%" value={duty} onChange={(event) => setDuty(event.target.value)} />
    </Dialog>
  );
}
