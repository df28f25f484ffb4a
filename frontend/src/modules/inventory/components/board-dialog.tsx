/** One action of the board: how much, for whom, and why. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/controls";
import { Dialog } from "@/ui/overlay/dialog";
import type { BoardLine, BoardProduct, BoardSupply, Lock, Verb } from "../api/reservation-board";

export interface Intent {
  verb: Verb;
  product: BoardProduct;
  /** Whose row it was asked on. */
  line: BoardLine;
  lock?: Lock;
  claim?: number;
  most: string;
  /** To choose from: lines that wait, locks that may be taken, supplies that are still to come. */
  lines?: BoardLine[];
  locks?: { line: BoardLine; lock: Lock }[];
  supplies?: BoardSupply[];
}

interface BoardDialogProps {
  intent: Intent;
  busy: boolean;
  onClose: () => void;
  onRun: (verb: Verb, body: Record<string, unknown>) => void;
}

const NEEDS_REASON = new Set<Verb>(["reassign", "take-over"]);

export function BoardDialog({ intent, busy, onClose, onRun }: BoardDialogProps) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const { verb, product, line, lines, locks, supplies } = intent;
  const [quantity, setQuantity] = useState("");
  const [reason, setReason] = useState("");
  const [choice, setChoice] = useState("0");
  const at = Number(choice);
  const named = (one: BoardLine) => one.document?.label ?? t("board.hidden");
  const options = (lines?.map((one) => `${named(one)} · ${t("board.shortOf", { quantity: format.quantity(one.short) })}`)
    ?? locks?.map(({ line: of, lock }) => `${named(of)} · ${format.quantity(lock.quantity)} · ${lock.place}`)
    ?? supplies?.map((one) => `${one.document?.label ?? t("board.hidden")} · ${format.day(one.due_on)} · ${format.quantity(String(Number(one.quantity) - Number(one.claimed)))}`)
    ?? []).map((label, index) => ({ value: String(index), label }));
  const body = (): Record<string, unknown> => {
    const how = { quantity: quantity.trim() || null, reason: reason.trim() };
    if (verb === "lock") return { ...how, line: line.line, product: product.product.id };
    if (verb === "claim") return { ...how, line: line.line, supply: supplies![at]!.supply };
    if (verb === "release") return { ...how, ...(intent.claim ? { claim: intent.claim } : { reservation: intent.lock!.id }) };
    if (verb === "reassign") return { ...how, reservation: intent.lock!.id, to: lines![at]!.line };
    return { ...how, reservation: locks![at]!.lock.id, to: line.line };
  };
  const ready = !NEEDS_REASON.has(verb) || reason.trim() !== "";
  return (
    <Dialog open onClose={onClose} title={t(`board.do_${verb}`)} width={440}
      foot={<><Button onClick={onClose}>{t("board.cancel")}</Button><Button variant="primary" busy={busy} disabled={!ready} onClick={() => onRun(verb, body())}>{t(`board.do_${verb}`)}</Button></>}>
      <p className="iv-ask"><b>{product.product.label}</b> <span className="sub">{t(`board.ask_${verb}`, { document: named(line) })}</span></p>
      <div className="iv-fields">
      {options.length > 0 && (
        <SelectField label={t(`board.choose_${verb}`)} options={options} value={choice} onChange={(event) => setChoice(event.target.value)} />
      )}
      <TextField label={t("board.quantity")} inputMode="decimal" value={quantity} placeholder={format.quantity(intent.most)} suffix={product.unit} note={t("board.quantityNote")} onChange={(event) => setQuantity(event.target.value)} />
      <TextField label={t("board.reason")} value={reason} maxLength={200} required={NEEDS_REASON.has(verb)} note={NEEDS_REASON.has(verb) ? t("board.reasonNote") : undefined} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}
