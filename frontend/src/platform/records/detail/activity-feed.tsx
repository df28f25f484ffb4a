/** The stream of a record: what people said is boxed, what the system noted is plain, changes show old → new. */
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Who } from "@/ui/figures";
import { formatMoment } from "@/ui/format/date";
import { Delayed, Bone } from "@/ui/states/skeleton";
import { useFieldEnv } from "../../fields/env";
import { fieldText } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import { fieldByPath, stateMeta } from "../entity";
import { useRefLabels } from "../filters/use-filter-field";
import { problemText } from "../problem-text";
import type { EntityMeta, HistoryEntry, RecordId } from "../types";
import { mergeActivity, toldChanges, useActivity } from "./activity";
import { CommentBox } from "./comment-box";

const SHORT = 4;

function ChangedValue({ entity, path, value }: { entity: EntityMeta; path: string; value: unknown }) {
  const env = useFieldEnv();
  const field = fieldByPath(entity, path) ?? fieldByPath(entity, path.replace(/_id$/, ""));
  const isId = field?.type === "ref" && (typeof value === "number" || typeof value === "string");
  const labels = useRefLabels(isId ? field?.ref : null, isId ? [String(value)] : []);
  if (isEmpty(value)) return <span className="dim">–</span>;
  if (isId) return <>{labels[String(value)] ?? `#${String(value)}`}</>;
  const state = field && field.key === entity.state_field ? stateMeta(entity, value) : undefined;
  const text = state?.label ?? (field ? fieldText(value, field, env) : typeof value === "object" ? JSON.stringify(value) : String(value));
  return <>{text.length > 160 ? `${text.slice(0, 160)}…` : text}</>;
}

/** Structured data is worth a word that it changed, not its brackets. */
const isTangled = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !("label" in value) && !(Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null));

function Changes({ entity, entry }: { entity: EntityMeta; entry: HistoryEntry }) {
  const { t } = useTranslation("records");
  const [all, setAll] = useState(false);
  if (entry.op === "insert") return <p className="sub">{t("activity.created")}</p>;
  if (entry.op === "delete") return <p className="sub">{t("activity.deleted")}</p>;
  const changes = toldChanges(entry).flatMap(([path, pair]): [string, [unknown, unknown]][] => {
    const [before, after] = pair;
    // custom values are one JSON column: tell them apart field by field
    if (path !== "custom" || typeof after !== "object") return [[path, pair]];
    const old = (before ?? {}) as Record<string, unknown>;
    const now = (after ?? {}) as Record<string, unknown>;
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key])).map((key) => [`custom.${key}`, [old[key], now[key]]]);
  });
  const shown = all ? changes : changes.slice(0, SHORT);
  return (
    <ul className="act-changes">
      {shown.map(([path, [before, after]]) => (
        <li key={path}>
          <span className="dim">{fieldByPath(entity, path)?.label ?? fieldByPath(entity, path.replace(/_id$/, ""))?.label ?? path}</span>{" "}
          {isTangled(before) || isTangled(after) ? <ins>{t("activity.changed")}</ins> : <><del><ChangedValue entity={entity} path={path} value={before} /></del>
          <ArrowRight size={11} role="img" aria-label={t("activity.to")} />
          <ins><ChangedValue entity={entity} path={path} value={after} /></ins></>}
        </li>
      ))}
      {changes.length > shown.length && <li><button type="button" className="link xs" onClick={() => setAll(true)}>{t("activity.more", { count: changes.length - shown.length })}</button></li>}
    </ul>
  );
}

/** Mentions stand out; nothing of a comment is ever read as HTML. */
function Said({ body }: { body: string }) {
  return <>{body.split(/(@\[[^\]]+\]\(\d+\)|@[\p{L}\p{N}_.-]+)/u).map((part, index) => {
    const named = /^@\[([^\]]+)\]/.exec(part);
    return part.startsWith("@") && part.length > 1 ? <b key={index} className="act-mention">@{named ? named[1] : part.slice(1)}</b> : part;
  })}</>;
}

export function ActivityFeed({ entity, id }: { entity: EntityMeta; id: RecordId }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const activity = useActivity(entity, id);
  const items = mergeActivity(activity.history, activity.comments, t("activity.system"));
  return (
    <div className="act">
      {activity.isLoading && <Delayed><div className="act-wait"><Bone width="70%" /><Bone width="46%" /><Bone width="60%" /></div></Delayed>}
      {activity.error && items.length === 0 && <p className="act-none t-bad">{problemText(activity.error, t)}</p>}
      {!activity.isLoading && !activity.error && items.length === 0 && <p className="act-none dim">{t("activity.none")}</p>}
      <ol className="act-feed" tabIndex={0} aria-label={t("detail.activity")}>
        {items.map((item) => (
          <li key={item.key} className={item.kind === "comment" ? "note" : undefined}>
            {item.kind === "comment" ? <Who name={item.who} /> : <i className="act-dot" aria-hidden />}
            <div>
              <p><b>{item.who}</b> <time className="dim" dateTime={item.at} title={item.at}>{formatMoment(item.at, env.timeZone, env.today)}</time></p>
              {item.kind === "comment" ? <p className="act-said"><Said body={item.comment.body} /></p> : <Changes entity={entity} entry={item.entry} />}
            </div>
          </li>
        ))}
        {activity.hasOlder && <li><button type="button" className="link xs" onClick={activity.loadOlder}>{t("activity.older")}</button></li>}
      </ol>
      {entity.features.comments && <CommentBox busy={activity.say.isPending} problem={activity.say.error ? problemText(activity.say.error, t) : undefined} onSay={(body) => activity.say.mutateAsync(body)} />}
    </div>
  );
}
