/** Head of a record: way back, name, state, counterpart, place in the list, actions with one that is primary. */
import { ChevronLeft, ChevronRight, Copy, Ellipsis, Link as LinkIcon, Pencil, Printer, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ownAction } from "@/platform/slots/manifest";
import { Slot } from "@/platform/slots/slots";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { confirm } from "@/ui/overlay/confirm";
import { Menu, type MenuItem } from "@/ui/overlay/menu";
import { toast } from "@/ui/overlay/toast";
import { PageHead } from "@/ui/page";
import { Status } from "@/ui/status";
import { useFieldEnv } from "../../fields/env";
import { FieldDisplay } from "../../fields/registry";
import { isEmpty } from "../../fields/types";
import type { ActionOutcome } from "../api";
import { actionsFor, canDelete, canUpdate, fieldByPath, recordPath, stateOf, titleOf } from "../entity";
import { AppLink } from "../entity-link";
import { useGo } from "../navigation";
import { problemText } from "../problem-text";
import { slotName } from "../slot-name";
import { useTrail } from "../trail";
import type { ActionMeta, EntityMeta, Row } from "../types";
import { usePhone } from "../use-media";
import { useRecordAction } from "./use-record-action";
import { mid } from "../mid-sentence";

const ActionDrawer = lazy(() => import("./action-drawer").then((module) => ({ default: module.ActionDrawer })));

function Neighbours({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("records");
  const trail = useTrail(entity.key, record.id);
  const go = useGo();
  const mayEdit = canUpdate(entity, record);
  const keys = useRef({ trail, go, mayEdit });
  keys.current = { trail, go, mayEdit };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey || event.altKey || document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
      const to = key === "j" ? keys.current.trail.next : key === "k" ? keys.current.trail.previous : undefined;
      if (to) keys.current.go(recordPath(entity, to), { replace: true });
      else if (key === "e" && keys.current.mayEdit) keys.current.go(`${recordPath(entity, record.id)}/edit`);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [entity, record.id]);
  if (!trail.position || !trail.count) return null;
  const step = (id: string | undefined, label: string, shape: typeof ChevronLeft) => {
    const Shape = shape;
    return id ? <AppLink className="btn text icon small" to={recordPath(entity, id)} aria-label={label}><Shape size={14} /></AppLink> : <span className="btn text icon small rd-end" aria-hidden><Shape size={14} /></span>;
  };
  return <span className="rd-place"><span className="dim xs">{t("detail.position", { at: trail.position, count: trail.count })}</span>{step(trail.previous, t("detail.previous"), ChevronLeft)}{step(trail.next, t("detail.next"), ChevronRight)}</span>;
}

export function RecordHead({ entity, record }: { entity: EntityMeta; record: Row }) {
  const { t } = useTranslation("records");
  const env = useFieldEnv();
  const go = useGo();
  const phone = usePhone();
  const trail = useTrail(entity.key, record.id);
  const { run, remove } = useRecordAction(entity);
  const mayEdit = canUpdate(entity, record);
  const [asking, setAsking] = useState<ActionMeta | null>(null);
  const title = titleOf(entity, record);
  const state = stateOf(entity, record);
  const subtitle = entity.subtitle_field ? fieldByPath(entity, entity.subtitle_field) : undefined;
  const actions = actionsFor(entity, record);
  const Own = asking ? ownAction(entity.key, asking.key).dialog : undefined;
  const primary = actions.find((action) => action.primary && !action.danger) ?? undefined;
  const others = actions.filter((action) => action !== primary);
  const inBar = phone ? [] : others.filter((action) => !action.danger).slice(0, 2);
  const inMenu = others.filter((action) => !inBar.includes(action));
  const back = trail.back ?? entity.route;

  async function start(action: ActionMeta) {
    run.reset();
    if (action.params?.length || ownAction(entity.key, action.key).dialog) return setAsking(action);
    if (action.danger && !(await confirm({ title: t("detail.sure", { action: action.label, record: title }), action: action.label, keep: t("cancel"), danger: true }))) return;
    perform(action);
  }
  function perform(action: ActionMeta, params?: Record<string, unknown>, done?: (outcome: ActionOutcome) => void) {
    run.mutate({ action, record, params }, {
      onSuccess: (outcome) => { setAsking(null); if (done) done(outcome); else tell(outcome.result); },
      onError: (error) => { if (!asking) toast({ tone: "bad", text: problemText(error, t) }); },
    });
  }
  /** What the action has made is one press away: the order of a quote, the credit note of an invoice. */
  function tell(made: Record<string, unknown> | null) {
    if (typeof made?.route !== "string" || typeof made.label !== "string" || made.route === recordPath(entity, record.id)) return;
    const to = made.route;
    toast({ text: t("detail.made", { record: made.label }), action: { label: t("form.openIt"), run: () => go(to) } });
  }
  async function drop() {
    if (!(await confirm({ title: t("detail.deleteSure", { record: title }), body: t("detail.deleteBody"), action: t("detail.delete", { record: mid(entity.label) }), keep: t("detail.keep"), danger: true }))) return;
    remove.mutate(record, { onSuccess: () => go(back, { replace: true }), onError: (error) => toast({ tone: "bad", text: problemText(error, t) }) });
  }

  const menu: MenuItem[] = [
    ...inMenu.map((action) => ({ key: action.key, label: action.label, icon: action.icon ? <Icon name={action.icon} size={14} /> : undefined, onSelect: () => void start(action) })),
    ...(phone && mayEdit ? [{ key: "edit", label: t("detail.edit"), icon: <Pencil size={14} />, onSelect: () => go(`${recordPath(entity, record.id)}/edit`) }] : []),
    ...(entity.can.create ? [{ key: "copy", label: t("detail.copy"), icon: <Copy size={14} />, divided: inMenu.length > 0, onSelect: () => go(`${entity.route}/new?from=${record.id}`) }] : []),
    { key: "link", label: t("detail.link"), icon: <LinkIcon size={14} />, onSelect: () => { void navigator.clipboard.writeText(location.href).then(() => toast(t("detail.linkCopied"))); } },
    { key: "print", label: t("detail.print"), icon: <Printer size={14} />, onSelect: () => window.print() },
    ...(canDelete(entity, record) ? [{ key: "delete", label: t("detail.delete", { record: mid(entity.label) }), icon: <Trash2 size={14} />, divided: true, onSelect: () => void drop() }] : []),
  ];

  return (
    <>
      <PageHead detail title={title} crumb={<AppLink to={back}>{entity.label_plural}</AppLink>}
        after={<>
          {state && <Status kind={state.kind} loud>{state.label}</Status>}
          {subtitle && !isEmpty(record[subtitle.key]) && <span className="medium ell rd-sub"><FieldDisplay field={subtitle} value={record[subtitle.key]} row={record} env={env} place="detail" /></span>}
        </>}
        actions={phone ? undefined : <>
          <Neighbours entity={entity} record={record} />
          <Slot name="record.detail.tools" entity={entity} record={record} />
          <Menu label={t("detail.more")} align="end" items={menu} trigger={(props) => <Button {...props} icon={<Ellipsis size={15} />} aria-label={t("detail.more")} />} />
          {mayEdit && <Button onClick={() => go(`${recordPath(entity, record.id)}/edit`)}>{t("detail.edit")}</Button>}
          {inBar.map((action) => <Button key={action.key} busy={run.isPending && run.variables?.action.key === action.key} onClick={() => void start(action)}>{action.label}</Button>)}
          <Slot name={slotName(entity, "detail.actions")} entity={entity} record={record} />
          {primary && <Button variant="primary" busy={run.isPending && run.variables?.action.key === primary.key} onClick={() => void start(primary)}>{primary.label}</Button>}
        </>} />
      {phone && (
        <div className="thumb">
          <Menu label={t("detail.more")} side="above" items={menu} trigger={(props) => <Button {...props} size="large" icon={<Ellipsis size={18} />} aria-label={t("detail.more")} />} />
          <Slot name={slotName(entity, "detail.actions")} entity={entity} record={record} />
          {!primary && mayEdit && <Button size="large" className="wide" onClick={() => go(`${recordPath(entity, record.id)}/edit`)}>{t("detail.edit")}</Button>}
          {primary && <Button size="large" variant="primary" className="wide" busy={run.isPending && run.variables?.action.key === primary.key} onClick={() => void start(primary)}>{primary.label}</Button>}
        </div>
      )}
      {asking && (
        <Suspense fallback={null}>
          {Own ? <Own entity={entity} record={record} action={asking} busy={run.isPending} error={run.error} onClose={() => setAsking(null)} onRun={(params, done) => perform(asking, params, done)} />
            : <ActionDrawer action={asking} subject={title} record={record} busy={run.isPending} error={run.error} onClose={() => setAsking(null)} onRun={(params) => perform(asking, params)} />}
        </Suspense>
      )}
    </>
  );
}
