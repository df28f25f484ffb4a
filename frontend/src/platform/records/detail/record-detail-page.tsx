/** One record: head, chain, facts, tabs with what belongs to it, and beside them what happened and what it is linked to. */
import { RotateCcw } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/platform/api/problem";
import { Slot, useSlot } from "@/platform/slots/slots";
import { Button } from "@/ui/button";
import { RightRail, Tabs, type Tab } from "@/ui/page";
import { PageSkeleton } from "@/ui/states/skeleton";
import { EmptyState, ErrorState, ForbiddenState } from "@/ui/states/states";
import "../../fields/fields.css";
import "../records.css";
import "./detail.css";
import { AppLink } from "../entity-link";
import { useGo, usePathname, useSearchText } from "../navigation";
import { problemText } from "../problem-text";
import { slotName } from "../slot-name";
import type { EntityMeta, RecordId, Row } from "../types";
import { useNarrow } from "../use-media";
import { ActivityFeed } from "./activity-feed";
import { useAttachments } from "./attachments";
import { FilesTab } from "./files-tab";
import { RecordFacts } from "./record-facts";
import { RecordFields, type RecordFieldsProps } from "./record-fields";
import { RecordHead } from "./record-head";
import { RecordLines } from "./record-lines";
import { useRecord } from "./use-record";
import { mid } from "../mid-sentence";

export interface RecordDetailPageProps {
  entityKey: string;
  id: RecordId;
  /** A module's own drawing of the lines, facts or details; the rest stays. */
  lines?: (props: { entity: EntityMeta; record: Row }) => ReactNode;
  children?: (props: { entity: EntityMeta; record: Row }) => ReactNode;
  fields?: RecordFieldsProps["own"];
}

interface RecordProps {
  entity: EntityMeta;
  record: Row;
}

function useTab(): [string | undefined, (key: string) => void] {
  const search = useSearchText();
  const path = usePathname();
  const go = useGo();
  return [new URLSearchParams(search).get("tab") ?? undefined, (key) => go(`${path}?tab=${encodeURIComponent(key)}`, { replace: true })];
}

function Rail({ entity, record, narrow }: RecordProps & { narrow?: boolean }) {
  const { t } = useTranslation("records");
  const links = useSlot<RecordProps>(slotName(entity, "detail.links"));
  const told = entity.features.history || entity.features.comments;
  const [part, setPart] = useState("activity");
  if (!told && links.length === 0) return null;
  const linked = links.length > 0 && <div className="docmap"><h3>{t("detail.links")}</h3>{links.map((fill) => <fill.component key={fill.key} entity={entity} record={record} />)}</div>;
  if (narrow) return <div className="rd-activity">{told && <ActivityFeed entity={entity} id={record.id} />}{linked}</div>;
  return (
    <RightRail width={288} label={t("detail.aside")} asTab>
      <Tabs label={t("detail.aside")} value={part} onChange={setPart}
        tabs={[...(told ? [{ key: "activity", label: t("detail.activity") }] : []), ...(links.length > 0 ? [{ key: "links", label: t("detail.links") }] : [])]} />
      {part === "activity" && told ? <ActivityFeed entity={entity} id={record.id} /> : linked}
    </RightRail>
  );
}

function Loaded({ entity, record, partial, lines, children, fields }: RecordProps & { partial: boolean } & Pick<RecordDetailPageProps, "lines" | "children" | "fields">) {
  const { t, i18n } = useTranslation("records");
  const narrow = useNarrow();
  const [tab, setTab] = useTab();
  const own = useSlot<RecordProps>(slotName(entity, "detail.tabs"));
  const chain = useSlot<RecordProps>(slotName(entity, "detail.chain"));
  const panels = useSlot<RecordProps>(slotName(entity, "detail.panels"));
  const attachments = useAttachments(entity, record.id);
  const own_titles = own.map((fill) => fill.title?.split(":")[0]).filter((ns): ns is string => Boolean(ns));
  useEffect(() => { if (own_titles.length > 0) void i18n.loadNamespaces(own_titles); }, [own_titles.join(), i18n]); // eslint-disable-line react-hooks/exhaustive-deps
  const lineRows = entity.lines ? (record[entity.lines.field] as Row[] | undefined) : undefined;
  const told = entity.features.history || entity.features.comments;
  const tabOf = (fill: (typeof own)[number]): Tab => ({ key: fill.key, label: fill.title ? i18n.t(fill.title) : fill.key });
  const tabs: Tab[] = [
    // a module's own first look at the record stands before everything else
    ...own.filter((fill) => (fill.order ?? 0) < 0).map(tabOf),
    ...(entity.lines ? [{ key: "lines", label: t("lines.title"), count: lineRows?.length }] : []),
    ...(entity.lines ? [] : [{ key: "fields", label: t("detail.fields") }]),
    ...own.filter((fill) => (fill.order ?? 0) >= 0).map(tabOf),
    // with nothing of a module below the lines, the fields stand there and need no tab
    ...(entity.lines && panels.length > 0 ? [{ key: "fields", label: t("detail.fields") }] : []),
    ...(entity.features.attachments ? [{ key: "files", label: t("files.title"), count: attachments.count }] : []),
    ...(narrow && told ? [{ key: "activity", label: t("detail.activity") }] : []),
  ];
  const current = tabs.find((item) => item.key === tab) ?? tabs[0]!;
  const filled = own.find((fill) => fill.key === current.key);
  const showsPanels = current === tabs[0];
  return (
    <div className="page rd">
      <RecordHead entity={entity} record={record} />
      {chain.length > 0 && <div className="rd-chain">{chain.map((fill) => <fill.component key={fill.key} entity={entity} record={record} />)}</div>}
      <RecordFacts entity={entity} record={record} />
      <div className="split">
        <div className="main rd-main">
          <Tabs label={t("detail.parts")} tabs={tabs} value={current.key} onChange={setTab} />
          <div className="rd-tab" role="tabpanel" aria-label={String(current.label)}>
            {filled ? <filled.component entity={entity} record={record} />
              : current.key === "lines" ? (partial && !lineRows ? <PageSkeleton /> : lines ? lines({ entity, record }) : <RecordLines entity={entity} record={record} />)
                : current.key === "files" ? <FilesTab entity={entity} attachments={attachments} />
                  : current.key === "activity" ? <Rail entity={entity} record={record} narrow />
                    : <RecordFields entity={entity} record={record} own={fields} />}
          </div>
          {showsPanels && children?.({ entity, record })}
          {showsPanels && entity.lines && panels.length === 0 && <RecordFields entity={entity} record={record} own={fields} />}
          {showsPanels && panels.length > 0 && <div className="rd-panels"><Slot name={slotName(entity, "detail.panels")} entity={entity} record={record} /></div>}
        </div>
        {!narrow && <Rail entity={entity} record={record} />}
      </div>
    </div>
  );
}

export function RecordDetailPage({ entityKey, id, lines, children, fields }: RecordDetailPageProps) {
  const { t } = useTranslation("records");
  const { entity, record, isPartial, isLoading, error, refetch } = useRecord(entityKey, id);
  if (record) return <Loaded entity={entity} record={record} partial={isPartial} lines={lines} fields={fields}>{children}</Loaded>;
  if (isLoading) return <PageSkeleton />;
  const toList = <AppLink className="btn" to={entity.route}>{t("detail.toList", { records: mid(entity.label_plural) })}</AppLink>;
  if (isProblem(error) && error.status === 404) return <EmptyState title={t("detail.gone", { record: mid(entity.label) })} actions={toList}>{t("detail.goneWhy")}</EmptyState>;
  if (isProblem(error) && error.status === 403) return <ForbiddenState title={error.title} actions={toList}>{error.detail}</ForbiddenState>;
  return (
    <ErrorState title={t("detail.failed", { record: mid(entity.label) })} reference={isProblem(error) ? error.requestId : undefined}
      actions={<><Button variant="primary" icon={<RotateCcw size={15} />} onClick={() => void refetch()}>{t("error.again")}</Button>{toList}</>}>
      {problemText(error, t)}
    </ErrorState>
  );
}
