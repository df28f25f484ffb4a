/** A group of parties that may be one: radio for which remains, and below, field by field, whose word is taken. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useFieldEnv } from "@/platform/fields/env";
import { FieldDisplay } from "@/platform/fields/registry";
import { isEmpty } from "@/platform/fields/types";
import { EntityLink, problemText } from "@/platform/records";
import { useEntity, useTenant } from "@/platform/session/session";
import { Check } from "@/ui/controls";
import { GridSkeleton } from "@/ui/states/skeleton";
import { fetchPreview, type Group, type MergedField, type Plan } from "./api";
import type { Decision } from "./duplicates-page";

interface CardProps {
  group: Group;
  decision: Decision;
  ticked: boolean;
  may: boolean;
  ready: boolean;
  refused?: string;
  onTick: (on: boolean) => void;
  onDecide: (decision: Decision) => void;
}

export function GroupCard({ group, decision, ticked, may, ready, refused, onTick, onDecide }: CardProps) {
  const { t } = useTranslation("duplicates");
  const [open, setOpen] = useState(false);
  const title = group.parties.find((party) => party.id === decision.survivor)?.label ?? group.key;
  return (
    <li className={`du-group${ticked ? " on" : ""}`}>
      <div className="du-head">
        {may && <Check aria-label={t("choose", { name: title })} checked={ticked} disabled={!ready} onChange={(event) => onTick(event.target.checked)} />}
        <b className="ell">{title}</b>
        {group.two_companies && <span className="tag warn">{t(ready ? "chosenNumber" : "twoNumbers")}</span>}
        <span className="grow" />
        {may && <button type="button" className="du-open" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}{t("compare")}</button>}
      </div>
      <div role="radiogroup" aria-label={t("remains")}>
        {group.parties.map((party) => (
          <label key={party.id} className="du-party">
            <input type="radio" className="radio" name={`du-${group.parties.map((one) => one.id).join("-")}`} disabled={!may} checked={party.id === decision.survivor} onChange={() => onDecide({ survivor: party.id, choices: decision.choices })} />
            <span className="num sub">{party.code}</span>
            <span className="ell"><EntityLink entity="shared.party" id={party.id}>{party.label}</EntityLink></span>
            <span className="sub ell grow">{party.told}</span>
            {party.id === decision.survivor && <span className="tag">{t("remains")}</span>}
            <span className="sub xs du-refs">{t("references", { count: party.references })}</span>
          </label>
        ))}
      </div>
      {refused && <p className="du-refused" role="alert">{refused}</p>}
      {open && <Compared group={group} decision={decision} onDecide={onDecide} />}
    </li>
  );
}

function Compared({ group, decision, onDecide }: Pick<CardProps, "group" | "decision" | "onDecide">) {
  const { t } = useTranslation("duplicates");
  const { t: said } = useTranslation("records");
  const { slug } = useTenant();
  const plan: Plan = { survivor: decision.survivor, absorbed: group.parties.map((party) => party.id).filter((id) => id !== decision.survivor), choices: decision.choices };
  const { data, error } = useQuery({ queryKey: keyOf(slug, "shared.party", "merge", plan), queryFn: ({ signal }) => fetchPreview(plan, signal), placeholderData: keepPreviousData });
  if (error) return <p className="du-refused" role="alert">{problemText(error, said)}</p>;
  if (!data) return <GridSkeleton />;
  const take = (field: MergedField, id: number) => onDecide({ survivor: decision.survivor, choices: { ...decision.choices, [field.key]: id } });
  return (
    <div className="du-compared">
      <table>
        <thead><tr><th scope="col">{t("field")}</th>{data.parties.map((party) => <th key={party.id} scope="col">{party.code}</th>)}</tr></thead>
        <tbody>
          {data.fields.map((field) => (
            <tr key={field.key}>
              <th scope="row">{field.label}{field.taken === null && <small className="sub"> {t("joined")}</small>}</th>
              {data.parties.map((party) => <Cell key={party.id} field={field} party={party.id} onTake={() => take(field, party.id)} />)}
            </tr>
          ))}
          {data.fields.length === 0 && <tr><td colSpan={data.parties.length + 1} className="sub">{t("same")}</td></tr>}
          <tr className="du-moves">
            <th scope="row">{t("moves")}</th>
            {data.parties.map((party) => <td key={party.id}>{party.moves.length === 0 ? <span className="dim">–</span> : party.moves.map(({ what, count }) => <span key={what} className="tag">{what} {count}</span>)}</td>)}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Cell({ field, party, onTake }: { field: MergedField; party: number; onTake: () => void }) {
  const { t } = useTranslation("duplicates");
  const meta = useEntity("shared.party")?.fields.find((one) => one.key === field.key);
  const env = useFieldEnv();
  const value = field.values[party];
  const taken = field.taken === party || field.taken === null;
  if (isEmpty(value)) return <td className="dim">–</td>;
  return (
    <td className={taken ? "taken" : ""}>
      <button type="button" aria-pressed={taken} title={t("take")} onClick={onTake}>{meta ? <FieldDisplay field={meta} value={value} env={env} place="cell" /> : String(value)}</button>
    </td>
  );
}
