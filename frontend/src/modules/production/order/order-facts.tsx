/** Key facts of a production order: pieces, dates, time left, what is in process. */
import { useTranslation } from "react-i18next";
import { daysBetween } from "@/ui/format/date";
import { useFormat } from "@/platform/format";
import type { EntityMeta, Row } from "@/platform/records/types";
import { Bar, Fact } from "@/ui/figures";
import { useOverview } from "./use-overview";
import "./order.css";

const OPEN = ["draft", "released", "in_progress"];

export function OrderFacts({ record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("order");
  const format = useFormat();
  const { data } = useOverview(record);
  const left = record.due_on ? daysBetween(format.today, String(record.due_on)) : 0;
  const open = OPEN.includes(String(record.status));
  const short = data?.material.filter((row) => Number(row.missing) > 0) ?? [];
  const last = short.map((row) => row.arrives_on ?? "").sort().at(-1);
  const percent = (Number(record.completed) / Number(record.quantity || 1)) * 100;
  const note = !open ? undefined : left < 0 ? t("fact.late", { count: -left }) : left === 0 ? t("fact.today") : t("fact.left", { count: left });
  return (
    <>
      <Fact label={t("fact.made")} value={<>{format.quantity(String(record.completed))}<span className="dim">/{format.quantity(String(record.quantity))}</span></>} note={Number(record.scrapped) > 0 ? t("scrap", { quantity: format.quantity(String(record.scrapped)) }) : undefined} noteTone="bad">
        <dd><Bar width="100%" percent={percent} label={t("fact.percent", { percent: Math.round(percent) })} /></dd>
      </Fact>
      <Fact label={t("fact.start")} value={format.day(String(record.start_on))} />
      <Fact label={t("fact.due")} value={format.day(String(record.due_on))} note={note} noteTone={open && left < 0 ? "bad" : undefined} />
      {data && open && <Fact label={t("fact.material")} value={short.length === 0 ? t("fact.there") : t("fact.short", { count: short.length })} tone={short.length === 0 ? undefined : "bad"} note={short.length === 0 ? undefined : short.some((row) => !row.arrives_on) ? t("comesNot") : t("comes", { day: format.day(last ?? "") })} />}
      {data?.cost && <Fact label={t("cost.inProcess")} value={format.money(data.cost.in_process)} note={t("fact.planned", { amount: format.money(data.cost.planned) })} />}
    </>
  );
}
