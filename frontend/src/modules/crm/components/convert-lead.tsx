/** A lead becomes a customer: a new one, or one that is known already; with the opportunity that goes with it. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { DayField } from "@/platform/fields/date/day-field";
import { parseDecimal } from "@/platform/fields/decimal/exact";
import { useFormat } from "@/platform/format";
import { problemText, RefSelect } from "@/platform/records";
import { useGo } from "@/platform/records/navigation";
import type { Ref } from "@/platform/records/types";
import { useCan, useEntity, useFeature, useTenant } from "@/platform/session/session";
import type { ActionDialogProps } from "@/platform/slots/manifest";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { fetchDuplicates, type Conversion } from "../api/leads";
import "./crm.css";

const NEW = "new";
const OTHER = "other";
const OWN = ["amount", "expected_close", "opportunity_name"];
const REASONS = ["name", "email", "phone", "tax_id"];

export function ConvertLead({ entity, record, action, busy, error, onClose, onRun }: ActionDialogProps) {
  const { t } = useTranslation("crm");
  const { t: said } = useTranslation("records");
  const go = useGo();
  const format = useFormat();
  const { slug, currency } = useTenant();
  const sells = useFeature("crm.opportunities");
  const mayOpen = useCan("crm.opportunity.create") && sells;
  const parties = useEntity("shared.party");
  const { data: hits } = useQuery({ queryKey: keyOf(slug, "crm.lead", "duplicates", record.id), queryFn: ({ signal }) => fetchDuplicates(record, signal), staleTime: 30_000 });
  const alike = (hits ?? []).filter((hit) => hit.entity === "shared.party" && hit.id !== null);
  const elsewhere = (hits ?? []).filter((hit) => hit.entity === "crm.lead" || hit.id === null);
  const [own, setPicked] = useState<string>();
  // who looks like a customer we have is that customer, until somebody says otherwise
  const picked = own ?? (alike[0] ? String(alike[0].id) : NEW);
  const [other, setOther] = useState<Ref | null>(null);
  const [opens, setOpens] = useState(mayOpen);
  const [name, setName] = useState(String(record.name ?? ""));
  const [amount, setAmount] = useState(record.expected_amount ? format.number(String(record.expected_amount)) : "");
  const [close, setClose] = useState("");
  const problem = isProblem(error) ? error : undefined;
  const loose = error && !problem?.errors.some((one) => OWN.includes(one.field)) ? problemText(error, said) : "";
  const party = picked === NEW ? undefined : picked === OTHER ? other?.id : Number(picked);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (picked === OTHER && !other) return;
    const deal = { opportunity_name: name.trim(), ...(amount.trim() && { amount: parseDecimal(amount) ?? amount.trim() }), ...(close && { expected_close: close }) };
    onRun({ ...(party !== undefined && { party }), with_opportunity: opens, ...(opens && deal) }, ({ result }) => {
      const made = result as unknown as Conversion | null;
      if (!made?.party) return;
      toast({ text: t("convert.done", { party: made.party.label }), action: { label: t("convert.back"), run: () => go(`${entity.route}/${record.id}`) } });
      go((made.opportunity ?? made.party).route);
    });
  };
  const pick = (key: string, title: string, why?: string) => (
    <label key={key} className="cr-pick">
      <input type="radio" name="party" checked={picked === key} onChange={() => setPicked(key)} />
      <span><b className="medium">{title}</b>{why && <span className="sub">{why}</span>}</span>
    </label>
  );
  return (
    <Dialog open sticky width={520} title={t("convert.title", { lead: String(record.name) })} onClose={onClose}
      foot={<><Button onClick={onClose}>{said("cancel")}</Button><Button submit variant="primary" form="convert-lead" busy={busy} disabled={picked === OTHER && !other}>{action.label}</Button></>}>
      <form id="convert-lead" className="cr-convert" onSubmit={submit} noValidate>
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <fieldset>
          <legend>{t("convert.customer")}</legend>
          <div className="cr-picks">
            {pick(NEW, t("convert.new", { name: String(record.name) }), record.contact_name ? t("convert.newWith", { contact: String(record.contact_name) }) : t("convert.newWhy"))}
            {alike.map((hit) => pick(String(hit.id), t("convert.join", { name: hit.label }), t(`convert.same_${REASONS.includes(hit.reason) ? hit.reason : "name"}`)))}
            {parties && pick(OTHER, t("convert.other"))}
          </div>
          {picked === OTHER && <div className="cr-other"><RefSelect entity="shared.party" value={other} onChange={setOther} filter={{ is_active: true }} aria-label={t("convert.other")} autoFocus /></div>}
          {elsewhere.length > 0 && <p className="cr-other sub">{t("convert.alsoLead", { names: elsewhere.map((hit) => hit.label).join(t("convert.comma")) })}</p>}
        </fieldset>
        {mayOpen && (
          <fieldset>
            <CheckLine checked={opens} onChange={(event) => setOpens(event.target.checked)}>{t("convert.opportunity")}</CheckLine>
            {opens && (
              <div className="cr-deal">
                <TextField label={t("convert.name")} value={name} onChange={(event) => setName(event.target.value)} error={problem?.errorOf("opportunity_name")} autoComplete="off" />
                <TextField label={t("convert.amount", { currency })} inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} error={problem?.errorOf("amount")} autoComplete="off" />
                <DayField label={t("convert.close")} value={close} onChange={setClose} clearable error={problem?.errorOf("expected_close")} />
              </div>
            )}
          </fieldset>
        )}
      </form>
    </Dialog>
  );
}
