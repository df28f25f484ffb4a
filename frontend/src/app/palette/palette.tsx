/** Ctrl-K: one field for documents, pages and verbs. Enter opens, Ctrl-Enter opens beside, `>` shows verbs only. */
import { useQueryClient } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { newIdempotencyKey, post } from "@/platform/api/request";
import { useGo } from "@/platform/records/navigation";
import { useTenant } from "@/platform/session/session";
import { Kbd } from "@/ui/figures";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { Status } from "@/ui/status";
import "./palette.css";
import { startingWords } from "./palette-store";
import { usePaletteItems, type PaletteItem } from "./use-palette-items";

/** The typed words inside the title, so that one sees why it was found. */
function Marked({ text, query }: { text: string; query: string }) {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      {text.slice(at + query.length)}
    </>
  );
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("app");
  const go = useGo();
  const client = useQueryClient();
  const { slug } = useTenant();
  const box = useRef<HTMLDialogElement>(null);
  const beside = useRef(false);
  const [typed, setTyped] = useState(startingWords);
  const [value, setValue] = useState("");
  const { groups, searching, query } = usePaletteItems(typed);
  const first = groups[0]?.items[0]?.key ?? "";

  useEffect(() => {
    const node = box.current;
    if (node && !node.open) node.showModal();
    node?.querySelector("input")?.focus();
  }, []);
  useEffect(() => setValue(first), [first]);

  const act = async ({ entity, id, meta, title }: NonNullable<PaletteItem["action"]>) => {
    const page = `${entity.route}/${id}`;
    // What the verb has to be told, its own page asks for.
    if (meta.params?.length) return go(`${page}?action=${encodeURIComponent(meta.key)}`);
    if (meta.danger && !(await confirm({ title: t("really", { action: meta.label, title }), action: meta.label, danger: true }))) return;
    try {
      await post(`${entity.endpoint}${id}/actions/${meta.key}/`, {}, { idempotencyKey: newIdempotencyKey() });
      await client.invalidateQueries({ queryKey: keyOf(slug, entity.key) });
      toast({ text: t("done_with", { action: meta.label, title }), action: { label: t("open"), run: () => go(page) } });
    } catch (error) {
      toast({ text: isProblem(error) ? error.message : t("unreachable"), tone: "bad", action: { label: t("open"), run: () => go(page) } });
    }
  };

  const choose = (item: PaletteItem) => {
    onClose();
    if (item.to) {
      if (beside.current) window.open(item.to, "_blank", "noopener");
      else go(item.to);
    } else if (item.action) void act(item.action);
    else void item.run?.();
  };

  return (
    <dialog
      ref={box}
      className="pal"
      aria-label={t("search_or_run")}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === box.current && onClose()}
    >
      <Command
        shouldFilter={false}
        loop
        label={t("search_or_run")}
        value={value}
        onValueChange={setValue}
        onKeyDownCapture={(event) => {
          beside.current = event.ctrlKey || event.metaKey;
        }}
        onPointerDownCapture={(event) => {
          beside.current = event.ctrlKey || event.metaKey;
        }}
      >
        <div className="pal-in">
          <Search size={17} aria-hidden />
          <Command.Input value={typed} onValueChange={setTyped} placeholder={t("search_or_run")} />
          <Kbd>Esc</Kbd>
        </div>
        <Command.List className="pal-list">
          {groups.map((group) => (
            <Command.Group key={group.key} heading={group.title}>
              {group.items.map((item) => (
                <Command.Item key={item.key} value={item.key} className="pi" onSelect={() => choose(item)}>
                  {item.icon}
                  <span className="ell"><Marked text={item.title} query={query} /></span>
                  {item.subtitle && <span className="dim ell">{item.subtitle}</span>}
                  {item.state && <Status kind={item.state.kind}>{item.state.label}</Status>}
                  <span className="grow" />
                  {item.end && <span className="dim end">{item.end}</span>}
                  {item.key === value && <Kbd>↵</Kbd>}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
          {groups.length === 0 && <p className="pal-none" role="status">{searching ? t("searching") : t("nothing_found", { query })}</p>}
        </Command.List>
        <footer>
          <span><Kbd>↑</Kbd> <Kbd>↓</Kbd> {t("keys_move")}</span>
          <span><Kbd>↵</Kbd> {t("keys_open_short")}</span>
          <span><Kbd>Ctrl ↵</Kbd> {t("new_tab")}</span>
          <i className="grow" />
          <span><Kbd>&gt;</Kbd> {t("commands_only")}</span>
        </footer>
      </Command>
    </dialog>
  );
}
