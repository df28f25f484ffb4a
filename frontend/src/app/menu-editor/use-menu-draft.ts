/** The draft of the menu: what is changed, what is picked, and how it is published and taken back. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { bootstrapKey, keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import type { Language } from "@/platform/i18n/i18n";
import { useTenant } from "@/platform/session/session";
import { useBusy } from "@/ui/button";
import { confirm } from "@/ui/overlay/confirm";
import { toast } from "@/ui/overlay/toast";
import { keepDraft, publishMenu, resetMenu, restoreVersion, type MenuDocument, type RoleRow } from "./api";
import { add, apply, change, childrenOf, differences, levelOf, mayStandIn, place, remove, type NodeChange, type OwnEntry, type Patch } from "./model";

const newId = () => `own.${crypto.randomUUID().slice(0, 8)}`;

/** Long enough not to ask with every letter, short enough to be safe when the page is closed. */
const pause = 700;

export function useMenuDraft(document: MenuDocument, layer: string) {
  const { t, i18n } = useTranslation("menu-editor");
  const language = i18n.language as Language;
  const client = useQueryClient();
  const { slug } = useTenant();
  const key = keyOf(slug, "access.menu", "document", { layer });
  const saved = useMemo<Patch>(() => ({ nodes: document.nodes, added: document.added }), [document]);
  const [patch, setPatch] = useState<Patch>(() => (document.draft ? { nodes: document.draft.nodes, added: document.draft.added } : saved));
  /** What is not yet kept on the server. */
  const [unkept, setUnkept] = useState<Patch>();
  const [picked, pick] = useState<string>();
  const [failure, setFailure] = useState("");
  const [preview, setPreview] = useState<RoleRow>();
  const [publishing, run] = useBusy();
  const { defaults } = document;
  const nodes = useMemo(() => apply(defaults, patch, language), [defaults, patch, language]);
  const changes = useMemo(() => differences(apply(defaults, saved, language), nodes), [defaults, saved, nodes, language]);

  useEffect(() => {
    if (!unkept) return;
    const timer = setTimeout(() => {
      const same = JSON.stringify(unkept) === JSON.stringify(saved);
      keepDraft(same ? null : unkept, layer).then(() => setUnkept((now) => (now === unkept ? undefined : now)), () => undefined);
    }, pause);
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("beforeunload", stay);
    };
  }, [unkept, saved, layer]);

  /** From the module down to what is picked; without a pick the first module and group stand open. */
  const trail = useMemo(() => {
    const up: string[] = [];
    for (let at = nodes.find((node) => node.id === picked); at; at = nodes.find((node) => node.id === at?.parent)) up.unshift(at.id);
    while (up.length < 2) {
      const next = childrenOf(nodes, up.at(-1) ?? "").find((node) => !node.page);
      if (!next || nodes.find((node) => node.id === up.at(-1))?.page) break;
      up.push(next.id);
    }
    return up;
  }, [nodes, picked]);

  const edit = (next: Patch) => {
    setFailure("");
    setPatch(next);
    setUnkept(next);
  };

  /** Where a held item lands on a target: among its siblings, or into the group it is dropped on. */
  const landing = (source: string, target: string): { parent: string; index: number } | null => {
    const [held, on] = [nodes.find((node) => node.id === source), nodes.find((node) => node.id === target)];
    if (!held || !on || held.id === on.id) return null;
    if (levelOf(nodes, on.id) < levelOf(nodes, held.id) && !on.page) {
      return on.id !== held.parent && mayStandIn(nodes, held.id, on.id) ? { parent: on.id, index: childrenOf(nodes, on.id).length } : null;
    }
    if (!mayStandIn(nodes, held.id, on.parent) && on.parent !== held.parent) return null;
    const line = childrenOf(nodes, on.parent).filter((node) => node.id !== held.id);
    const at = line.findIndex((node) => node.id === on.id);
    const siblings = childrenOf(nodes, on.parent);
    const down = held.parent === on.parent && siblings.findIndex((node) => node.id === held.id) < siblings.findIndex((node) => node.id === on.id);
    return { parent: on.parent, index: down ? at + 1 : at };
  };

  const publish = (what = patch, version: number | null = document.version) =>
    run(async () => {
      const before = saved;
      try {
        setUnkept(undefined);
        const after = await publishMenu(what, version, layer);
        client.setQueryData(key, after);
        void client.invalidateQueries({ queryKey: bootstrapKey });
        toast({ text: t("published"), undo: () => publishMenu(before, after.version, layer).then((back) => {
          client.setQueryData(key, back);
          return client.invalidateQueries({ queryKey: bootstrapKey });
        }) });
      } catch (error) {
        if (isProblem(error, "stale-version")) setFailure(t("stale"));
        else setFailure(isProblem(error) ? [error.message, ...error.errors.map((one) => one.message)].join(" ") : t("failed"));
      }
    });

  return {
    nodes, defaults, patch, picked, pick, trail, changes, failure, preview, setPreview, publishing, landing, publish, language, layer, kept: !unkept,
    patched: Object.keys(saved.nodes).length + saved.added.length > 0,
    change: (id: string, more: NodeChange) => edit(change(patch, defaults, id, more)),
    changeEntry: (id: string, more: Partial<OwnEntry>) => edit({ ...patch, added: patch.added.map((entry) => (entry.id === id ? { ...entry, ...more } : entry)) }),
    move: (id: string, parent: string, index: number) => edit(place(patch, defaults, nodes, id, parent, index)),
    drop: (source: string, target: string) => {
      const to = landing(source, target);
      if (!to) return;
      edit(place(patch, defaults, nodes, source, to.parent, to.index));
      pick(source);
    },
    /** One place up or down, by keyboard. */
    step: (id: string, by: number) => {
      const node = nodes.find((one) => one.id === id);
      const siblings = node ? childrenOf(nodes, node.parent) : [];
      const at = siblings.findIndex((one) => one.id === id) + by;
      if (node && at >= 0 && at < siblings.length) edit(place(patch, defaults, nodes, id, node.parent, at));
    },
    addIn: (parent: string, entry: Partial<OwnEntry> = {}) => {
      const id = newId();
      const level = parent === "" ? 1 : levelOf(nodes, parent) + 1;
      const name = t(level === 1 ? "new_module" : level === 2 ? "new_group" : "new_page");
      edit(add(patch, { id, parent, title: { [language === "zh" ? "zh-hans" : "en"]: name }, order: (childrenOf(nodes, parent).length + 1) * 10, ...(level === 1 && { icon: "star" }), ...(level === 3 && !entry.entity && !entry.route && { url: "https://" }), ...entry }));
      pick(id);
    },
    removeOwn: (id: string) => {
      pick(nodes.find((node) => node.id === id)?.parent || undefined);
      edit(remove(patch, id));
    },
    discard: () => edit(saved),
    /** An older menu is published once more. */
    restore: async (number: number) => {
      setUnkept(undefined);
      client.setQueryData(key, await restoreVersion(number, layer));
      await client.invalidateQueries({ queryKey: bootstrapKey });
      toast(t("restored", { number }));
    },
    reset: async () => {
      if (!(await confirm({ title: t("reset_title"), body: t(layer ? "reset_role_why" : "reset_why"), action: t("reset"), danger: true }))) return;
      setUnkept(undefined);
      client.setQueryData(key, await resetMenu(layer));
      await client.invalidateQueries({ queryKey: bootstrapKey });
      const old = saved;
      toast({ text: t("reset_done"), undo: () => void publish(old, null) });
    },
  };
}

export type MenuDraft = ReturnType<typeof useMenuDraft>;
