/** Kanban: lanes that share hairlines, cards that move by hand or by keyboard (Space, arrows, Space). */
import { DragDropProvider, DragOverlay, PointerSensor } from "@dnd-kit/react";
import { useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "@/ui/styles/board.css";
import { BoardCard, BoardLaneView } from "./lane";

export interface BoardLane {
  key: string;
  title: ReactNode;
  /** Plain name, said aloud while a card moves. */
  label: string;
}

export interface BoardProps<C> {
  label: string;
  lanes: BoardLane[];
  cards: readonly C[];
  cardKey: (card: C) => string | number;
  laneOf: (card: C) => string;
  renderCard: (card: C) => ReactNode;
  /** Sum and chance under the lane's name; also asked while a card hovers, with the card already in it. */
  laneNote?: (lane: BoardLane, cards: readonly C[]) => ReactNode;
  canMove?: (card: C, lane: string) => boolean;
  onMove: (card: C, lane: string) => void;
  onOpen?: (card: C) => void;
  cardClass?: (card: C) => string | undefined;
  emptyLane?: ReactNode;
}

interface Held {
  key: string;
  lane: string;
  by: "pointer" | "keyboard";
}

const sensors = [PointerSensor];

export function Board<C>({ label, lanes, cards, cardKey, laneOf, renderCard, laneNote, canMove, onMove, onOpen, cardClass, emptyLane }: BoardProps<C>) {
  const { t } = useTranslation("ui");
  const [held, setHeld] = useState<Held | null>(null);
  const [said, setSaid] = useState("");
  const byKey = useMemo(() => new Map(cards.map((card) => [String(cardKey(card)), card])), [cards, cardKey]);
  const name = (key: string) => lanes.find((lane) => lane.key === key)?.label ?? key;
  const heldCard = held ? byKey.get(held.key) : undefined;

  /** Cards of a lane as they would be if the held one were set down now. */
  const inLane = (lane: string) =>
    cards.filter((card) => (held && String(cardKey(card)) === held.key ? held.lane : laneOf(card)) === lane);

  const drop = (key: string, lane: string) => {
    const card = byKey.get(key);
    setHeld(null);
    if (!card || laneOf(card) === lane || (canMove && !canMove(card, lane))) return;
    setSaid(t("board_dropped", { lane: name(lane) }));
    onMove(card, lane);
  };

  const onCardKey = (event: KeyboardEvent<HTMLElement>, card: C) => {
    const key = String(cardKey(card));
    const lifted = held?.key === key;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === " ") {
      if (lifted && held) drop(key, held.lane);
      else {
        setHeld({ key, lane: laneOf(card), by: "keyboard" });
        setSaid(t("board_lifted", { lane: name(laneOf(card)) }));
      }
    } else if (event.key === "Escape" && lifted) {
      setHeld(null);
      setSaid(t("board_cancelled", { lane: name(laneOf(card)) }));
    } else if (event.key === "Enter" && !lifted) onOpen?.(card);
    else if (lifted && held && step) {
      const at = lanes.findIndex((lane) => lane.key === held.lane);
      let next = at + step;
      while (lanes[next] && canMove && laneOf(card) !== lanes[next]?.key && !canMove(card, lanes[next]?.key ?? "")) next += step;
      const lane = lanes[next];
      if (lane) {
        setHeld({ ...held, lane: lane.key });
        setSaid(t("board_over", { lane: lane.label }));
      }
    } else if (!lifted && /^Arrow/.test(event.key)) moveFocus(event);
    else return;
    event.preventDefault();
  };

  const moveFocus = (event: KeyboardEvent<HTMLElement>) => {
    const here = event.currentTarget;
    const lane = here.closest(".lane");
    const sibling = event.key === "ArrowDown" ? here.nextElementSibling : event.key === "ArrowUp" ? here.previousElementSibling : null;
    const beside = event.key === "ArrowRight" ? lane?.nextElementSibling : event.key === "ArrowLeft" ? lane?.previousElementSibling : null;
    const target = (sibling ?? beside?.querySelector<HTMLElement>(".bcard")) as HTMLElement | null;
    target?.focus();
  };

  return (
    <DragDropProvider
      sensors={sensors}
      onDragStart={({ operation }) => {
        const key = String(operation.source?.id ?? "");
        const card = byKey.get(key);
        if (card) setHeld({ key, lane: laneOf(card), by: "pointer" });
      }}
      onDragOver={({ operation }) => {
        const lane = operation.target?.id;
        setHeld((now) => (now && lane !== undefined ? { ...now, lane: String(lane) } : now));
      }}
      onDragEnd={({ operation, canceled }) => {
        const lane = operation.target?.id;
        if (canceled || lane === undefined) setHeld(null);
        else drop(String(operation.source?.id ?? ""), String(lane));
      }}
    >
      <div className="board" role="group" aria-label={label}>
        {lanes.map((lane) => {
          const own = inLane(lane.key);
          const receiving = held !== null && heldCard !== undefined && held.lane === lane.key && laneOf(heldCard) !== lane.key;
          return (
            <BoardLaneView key={lane.key} lane={lane} count={own.length} note={laneNote?.(lane, own)} target={receiving} accepts={!heldCard || !canMove || laneOf(heldCard) === lane.key || canMove(heldCard, lane.key)}>
              {receiving && held?.by === "pointer" && <li className="landing" aria-hidden />}
              {own.map((card) => {
                const key = String(cardKey(card));
                const lifted = held?.key === key;
                if (receiving && lifted && held?.by === "pointer") return null;
                return (
                  <BoardCard key={key} id={key} help={t("board_card_help")} className={[cardClass?.(card), lifted && (held?.by === "keyboard" ? "held" : "ghost")].filter(Boolean).join(" ")} onKeyDown={(event) => onCardKey(event, card)} onOpen={onOpen && (() => onOpen(card))} refocus={lifted && held?.by === "keyboard"}>
                    {renderCard(card)}
                  </BoardCard>
                );
              })}
              {own.length === 0 && emptyLane}
            </BoardLaneView>
          );
        })}
      </div>
      <DragOverlay dropAnimation={null}>{heldCard && held?.by === "pointer" ? <div className="bcard held">{renderCard(heldCard)}</div> : null}</DragOverlay>
      <span className="sr-only" role="status" aria-live="assertive">{said}</span>
    </DragDropProvider>
  );
}
