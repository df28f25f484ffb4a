/** One product of the board: what there is, what is to come, and a row for each line that waits or holds. */
import { Lock as LockIcon, Pin, Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink } from "@/platform/records";
import { useCan } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Mark } from "@/ui/status";
import type { BoardLine, BoardProduct } from "../api/reservation-board";
import type { Intent } from "./board-dialog";

const sum = (values: string[]) => values.reduce((all, value) => all + Number(value), 0);
const moreUrgent = (one: BoardLine, other: BoardLine) =>
  one.priority !== other.priority ? one.priority < other.priority : (one.needed_on ?? "9999") < (other.needed_on ?? "9999");

export function BoardProductRows({ product, onAsk }: { product: BoardProduct; onAsk: (intent: Intent) => void }) {
  const { t } = useTranslation("inventory");
  const format = useFormat();
  const may = {
    lock: useCan("inventory.reservation.lock"), release: useCan("inventory.reservation.release"),
    reassign: useCan("inventory.reservation.reassign"), takeOver: useCan("inventory.reservation.take_over"),
  };
  const open = product.supplies.filter((one) => Number(one.quantity) > Number(one.claimed));
  return (
    <section className="iv-board">
      <header>
        <h2 className="ell"><EntityLink entity="shared.product" id={product.product.id}>{product.product.label}</EntityLink></h2>
        <dl>
          <div><dt>{t("avail.onHand")}</dt><dd>{format.quantity(product.on_hand)}</dd></div>
          <div><dt>{t("avail.reserved")}</dt><dd>{format.quantity(product.reserved)}</dd></div>
          <div><dt>{t("avail.free")}</dt><dd className={Number(product.available) > 0 ? "t-good" : undefined}>{format.quantity(product.available)} <span className="dim">{product.unit}</span></dd></div>
        </dl>
      </header>
      <ul>
        {product.lines.map((line) => {
          const locked = sum(line.locked.map((one) => one.quantity));
          const claimed = sum(line.claimed.map((one) => one.quantity));
          const short = Number(line.short);
          const others = product.lines.filter((one) => one !== line && Number(one.short) > 0);
          const weaker = product.lines.filter((one) => one !== line && moreUrgent(line, one)).flatMap((one) => one.locked.filter((lock) => !lock.is_hard).map((lock) => ({ line: one, lock })));
          const words = t("board.words", { locked: format.quantity(String(locked)), claimed: format.quantity(String(claimed)), short: format.quantity(line.short) });
          return (
            <li key={`${line.line.entity}-${line.line.id}`}>
              <span className="who-for">
                <Mark kind={short > 0 ? (line.priority === 1 ? "late" : "warn") : line.quantity === null ? "hold" : "done"} />
                {line.document ? <EntityLink entity={line.document.entity} id={line.document.id}>{line.document.label}</EntityLink> : <span className="dim">{t("board.hidden")}</span>}
                {line.priority === 1 && <b className="t-bad">{t("board.high")}</b>}
                {line.priority === 3 && <span className="dim">{t("board.low")}</span>}
                {line.needed_on && <span className="sub num">{format.day(line.needed_on)}</span>}
              </span>
              <span className="iv-cover" title={words}>
                <Cover label={words} parts={[{ kind: "lock", share: locked }, { kind: "in", share: claimed }, { kind: "short", share: short }]} />
                <span className="num" aria-hidden>{format.quantity(String(locked + claimed))}<span className="dim">/{format.quantity(line.quantity ?? String(locked))}</span></span>
              </span>
              <span className="pieces">
                {line.locked.map((lock) => (
                  <span key={lock.id} className="piece">
                    {lock.until ? <Timer size={13} aria-hidden /> : lock.is_hard ? <Pin size={13} aria-hidden /> : <LockIcon size={13} aria-hidden />}
                    <span className="num">{format.quantity(lock.quantity)}</span>
                    <span className="sub ell">{lock.place}{lock.lot && ` · ${lock.lot}`}{lock.is_hard && ` · ${t("board.hard")}`}{lock.until && ` · ${t("board.until", { day: format.day(lock.until) })}`}</span>
                    {may.reassign && others.length > 0 && <Button size="small" variant="text" onClick={() => onAsk({ verb: "reassign", product, line, lock, most: lock.quantity, lines: others })}>{t("board.do_reassign")}</Button>}
                    {may.release && <Button size="small" variant="text" onClick={() => onAsk({ verb: "release", product, line, lock, most: lock.quantity })}>{t("board.do_release")}</Button>}
                  </span>
                ))}
                {line.claimed.map((claim) => {
                  const supply = product.supplies.find((one) => one.supply.entity === claim.supply.entity && one.supply.id === claim.supply.id);
                  return (
                    <span key={`c${claim.id}`} className="piece claim">
                      <span className="num">{format.quantity(claim.quantity)}</span>
                      <span className="sub ell">{t("board.of")} {supply?.document ? <EntityLink entity={supply.document.entity} id={supply.document.id}>{supply.document.label}</EntityLink> : t("board.hidden")}{supply && ` · ${format.day(supply.due_on)}`}</span>
                      {may.release && <Button size="small" variant="text" onClick={() => onAsk({ verb: "release", product, line, claim: claim.id, most: claim.quantity })}>{t("board.do_release")}</Button>}
                    </span>
                  );
                })}
                {short > 0 && (
                  <span className="piece short">
                    <b className="num t-bad">{t("board.shortOf", { quantity: format.quantity(line.short) })}</b>
                    {may.lock && Number(product.available) > 0 && <Button size="small" onClick={() => onAsk({ verb: "lock", product, line, most: String(Math.min(short, Number(product.available))) })}>{t("board.do_lock")}</Button>}
                    {may.lock && open.length > 0 && <Button size="small" onClick={() => onAsk({ verb: "claim", product, line, most: line.short, supplies: open })}>{t("board.do_claim")}</Button>}
                    {may.takeOver && weaker.length > 0 && <Button size="small" onClick={() => onAsk({ verb: "take-over", product, line, most: line.short, locks: weaker })}>{t("board.do_take-over")}</Button>}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {product.supplies.length > 0 && (
        <p className="iv-coming">
          <span className="dim">{t("board.coming")}</span>
          {product.supplies.map((one) => (
            <span key={`${one.supply.entity}-${one.supply.id}`}>
              {one.document ? <EntityLink entity={one.document.entity} id={one.document.id}>{one.document.label}</EntityLink> : <span className="dim">{t("board.hidden")}</span>}{" "}
              <span className="num">{t("board.comingOf", { day: format.day(one.due_on), quantity: format.quantity(one.quantity), claimed: format.quantity(one.claimed) })}</span>
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
