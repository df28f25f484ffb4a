/** One thing to do: what, with whom, how to reach them; done, put off, checked in where it stands. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, Check, MapPin, Phone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { EntityLink, problemText } from "@/platform/records";
import { runAction } from "@/platform/records/api";
import { useCan, useEntity, useTenant } from "@/platform/session/session";
import { addDays } from "@/ui/format/date";
import { Tag } from "@/ui/figures";
import { Icon } from "@/ui/icon";
import { Menu } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import type { Kind, Task } from "./api";
import { whereAmI } from "./position";

const icons: Record<Kind, string> = { call: "phone", meeting: "users", visit: "map-pin", email: "mail", task: "list-checks" };

interface Props {
  task: Task;
  nextWorking: string;
  onDone?: (task: Task) => void;
}

export function TaskRow({ task, nextWorking, onDone }: Props) {
  const { t } = useTranslation("day");
  const { t: said } = useTranslation("records");
  const format = useFormat();
  const { today } = useTenant();
  const entity = useEntity("crm.activity")!;
  const may = useCan("crm.activity.update") && onDone !== undefined;
  const client = useQueryClient();
  const [looking, setLooking] = useState(false);
  const act = useMutation({
    mutationFn: ({ verb, body }: { verb: string; body: unknown }) => runAction(entity, task.id, verb, body, task.version),
    onError: (failure) => toast({ tone: "bad", text: problemText(failure, said) }),
    onSettled: () => client.invalidateQueries(),
  });
  const putOff = (day: string) => act.mutate({ verb: "postpone", body: { due_on: day } }, { onSuccess: () => toast(t("putOffTo", { day: format.near(day) })) });
  const checkIn = async () => {
    setLooking(true);
    const place = await whereAmI();
    setLooking(false);
    act.mutate({ verb: "check_in", body: place ?? {} }, { onSuccess: () => toast(t(place ? "checkedIn" : "checkedInBlind")) });
  };
  const late = format.late(task.due_on);
  const days = [nextWorking, addDays(today, 3), addDays(today, 7), addDays(today, 14)].filter((day, n, all) => all.indexOf(day) === n);
  return (
    <li className="dy-task">
      {may
        ? <button type="button" className="dy-check" aria-label={t("markDone", { task: task.subject })} disabled={act.isPending} onClick={() => onDone?.(task)}><Check size={14} aria-hidden /></button>
        : <span className="dy-check still"><Check size={14} aria-hidden /></span>}
      <div className="dy-what">
        <p className="dy-line">
          <Icon name={icons[task.kind]} size={15} aria-label={t(`kind.${task.kind}`)} />
          {task.at && <b className="num">{task.at}</b>}
          <EntityLink entity="crm.activity" id={task.id}>{task.subject}</EntityLink>
        </p>
        <p className="sub dy-line">
          {task.party && <EntityLink entity="shared.party" id={task.party.id}>{task.party.label}</EntityLink>}
          {task.contact && <span>{task.contact}</span>}
          {task.about.map((one) => <EntityLink key={`${one.entity} ${one.id}`} entity={one.entity} id={one.id}>{one.label}</EntityLink>)}
        </p>
        {task.outcome && <p className="sub">{task.outcome}</p>}
        {task.note && !task.outcome && <p className="sub dy-note">{task.note}</p>}
      </div>
      <div className="dy-facts">
        {late && onDone && <span className="t-bad">{late}</span>}
        {!late && task.due_on && task.due_on !== today && onDone && <span className="sub">{format.near(task.due_on)}</span>}
        {task.worth !== null && Number(task.worth) > 0 && <span className="num" title={t("worthWhy")}>{format.money(task.worth)}</span>}
        {task.moved > 0 && <Tag>{t("moved", { count: task.moved })}</Tag>}
        {task.checked_in_at && <Tag>{t("at", { time: task.checked_in_at })}</Tag>}
      </div>
      <div className="dy-do">
        {task.phone && <a className="btn icon" href={`tel:${task.phone.replace(/\s+/g, "")}`} aria-label={t("callThem", { phone: task.phone })} title={task.phone}><Phone size={16} aria-hidden /></a>}
        {may && task.kind === "visit" && !task.checked_in_at && (
          <button type="button" className="btn icon" aria-label={t("checkIn", { task: task.subject })} title={t("checkInWhy")} aria-busy={looking || undefined} disabled={looking || act.isPending} onClick={() => void checkIn()}><MapPin size={16} aria-hidden /></button>
        )}
        {may && (
          <Menu label={t("putOff", { task: task.subject })} align="end"
            items={days.map((day) => ({ key: day, label: format.near(day), onSelect: () => putOff(day) }))}
            trigger={(trigger) => <button type="button" {...trigger} className="btn icon" disabled={act.isPending} aria-label={t("putOff", { task: task.subject })}><CalendarClock size={16} aria-hidden /></button>} />
        )}
      </div>
    </li>
  );
}
