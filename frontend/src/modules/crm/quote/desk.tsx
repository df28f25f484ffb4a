/** Beside a quote: who has to approve it, and what its customer did with it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFormat } from "@/platform/format";
import { problemText } from "@/platform/records";
import type { Row } from "@/platform/records/types";
import { useCan, useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Box } from "@/ui/figures";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { Mark, Status, type StatusKind } from "@/ui/status";
import { fetchDesk, makeLink, revokeLink, type Approval, type Beyond, type Desk } from "./api";
import "./quote.css";

const STATES: Record<Approval["state"], StatusKind> = { asked: "warn", approved: "done", refused: "off", withdrawn: "off" };

function useDesk(record: Row) {
  const { slug } = useTenant();
  return useQuery({ queryKey: keyOf(slug, "crm.quote", "desk", [record.id, record.version]), queryFn: ({ signal }) => fetchDesk(record.id, signal) });
}

/** What of it goes beyond what the reader may offer, and every request with its decision. */
export function QuoteApprovals({ record }: { record: Row }) {
  const { t } = useTranslation("quote");
  const desk = useDesk(record).data;
  if (!desk || (desk.beyond.length === 0 && desk.approvals.length === 0)) return null;
  return (
    <Box className="so-panel" title={t("approval")}>
      <div className="qd">
        {desk.beyond.length > 0 && <BeyondNote beyond={desk.beyond} title={t(record.approval === "asked" ? "waits" : "needs")} />}
        {desk.approvals.length > 0 && <ul>{desk.approvals.map((one) => <Asked key={one.id} one={one} />)}</ul>}
      </div>
    </Box>
  );
}

function BeyondNote({ beyond, title }: { beyond: Beyond[]; title: string }) {
  const { t } = useTranslation("quote");
  const format = useFormat();
  const figure = (one: Beyond, value = "") => (value === "" ? "–" : one.limit === "amount" ? format.money(value) : `${format.quantity(value)}\u00a0%`);
  return (
    <div className="qd-say">
      <Mark kind="warn" />
      <p className="grow">
        <b>{title}</b>
        {beyond.map((one) => <span key={one.limit} className="sub">{t(`beyond_${one.limit}`, { is: figure(one, one.is), allowed: figure(one, one.allowed) })}</span>)}
      </p>
    </div>
  );
}

function Asked({ one }: { one: Approval }) {
  const { t } = useTranslation("quote");
  const format = useFormat();
  return (
    <li>
      <span className="grow">
        <span>{t("asked", { by: one.by, at: format.moment(one.asked_at) })}</span>
        {one.reason && <span className="sub">“{one.reason}”</span>}
        <span className="sub num">{t("terms", { discount: format.quantity(one.discount) })}{one.margin_percent !== null && ` · ${t("margin", { percent: format.quantity(one.margin_percent) })}`}</span>
        {one.decided_by && one.decided_at && <span className="sub">{t("decided", { by: one.decided_by, at: format.moment(one.decided_at) })}{one.decision && ` “${one.decision}”`}</span>}
      </span>
      <Status kind={STATES[one.state]}>{t(`state_${one.state}`)}</Status>
    </li>
  );
}

/** Links by which the customer opens it, and what it said there. */
export function QuoteCustomer({ record }: { record: Row }) {
  const { t } = useTranslation("quote");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { data: desk, refetch } = useDesk(record);
  const may = useCan("crm.quote.send");
  const [link, setLink] = useState<{ address: string; expires_at: string } | null>(null);
  const failed = (failure: unknown) => toast({ tone: "bad", text: problemText(failure, said) });
  const making = useMutation({ mutationFn: () => makeLink(record.id), onSuccess: (made) => { setLink(made); void refetch(); }, onError: failed });
  const revoking = useMutation({ mutationFn: (id: number) => revokeLink(record.id, id), onSuccess: () => void refetch(), onError: failed });
  if (!desk) return null;
  const sent = record.status === "sent";
  if (!sent && desk.links.length === 0 && desk.answers.length === 0) return null;
  const live = desk.links.filter((one) => one.revoked_at === null && Date.parse(one.expires_at) > Date.now());
  return (
    <Box className="so-panel" title={t("customer")}>
      <div className="qd">
        {desk.answers.length > 0 && <Answers of={desk.answers} />}
        {desk.answers.length === 0 && live.length === 0 && <p className="sub">{t("nobody")}</p>}
        {live.length > 0 && (
          <ul>
            {live.map((one) => (
              <li key={one.id}>
                <span className="grow"><span className="ell">{one.email || t("linkOf", { day: format.day(one.made_at.slice(0, 10)) })}</span><span className="sub">{one.first_used_at ? t("opened", { at: format.moment(one.last_used_at ?? one.first_used_at) }) : t("unopened")}</span></span>
                {may && <Button size="small" busy={revoking.isPending && revoking.variables === one.id} onClick={() => revoking.mutate(one.id)}>{t("revoke")}</Button>}
              </li>
            ))}
          </ul>
        )}
        {sent && may && <p><Button icon={<Link2 size={14} />} busy={making.isPending} onClick={() => making.mutate()}>{t("make")}</Button></p>}
      </div>
      {link && (
        <Dialog open title={t("linkTitle")} onClose={() => setLink(null)} foot={<Button variant="primary" onClick={() => void navigator.clipboard.writeText(link.address).then(() => toast(t("copied")))}>{t("copy")}</Button>}>
          <p>{t("linkOnce", { on: format.day(link.expires_at.slice(0, 10)) })}</p>
          <p className="qd-link"><code>{link.address}</code></p>
        </Dialog>
      )}
    </Box>
  );
}

const ANSWER: Record<Desk["answers"][number]["kind"], StatusKind> = { comment: "open", accepted: "done", declined: "off" };

function Answers({ of }: { of: Desk["answers"] }) {
  const { t } = useTranslation("quote");
  const format = useFormat();
  return (
    <ul>
      {of.map((one, index) => (
        <li key={index}>
          <span className="grow">
            <span>{[one.name || t("somebody"), one.title].filter(Boolean).join(", ")}{one.signed && ` · ${t("signed")}`}</span>
            {one.words && <span className="words">{one.words}</span>}
            <span className="sub">{format.moment(one.at)}</span>
          </span>
          <Status kind={ANSWER[one.kind]}>{t(`kind_${one.kind}`)}</Status>
        </li>
      ))}
    </ul>
  );
}
