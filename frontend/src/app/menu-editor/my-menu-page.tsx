/** One's own menu: what is pinned, what is hidden, in which order. Nothing here is anybody else's business. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Eye, EyeOff, Pin, PinOff, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { bootstrapKey, keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import { groupsOf, type MenuGroup } from "@/platform/menu/menu";
import type { MenuNode } from "@/platform/session/bootstrap";
import { useTenant } from "@/platform/session/session";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { ProblemState } from "../errors/problem-state";
import { fetchMyMenu, saveMyMenu, type MyMenu, type MyNode } from "./api";
import "./menu-editor.css";

type Nodes = MyMenu["nodes"];

/** What says nothing is left out, so that the menu of the company shows through. */
function said(nodes: Nodes, id: string, more: MyNode): Nodes {
  const next = { ...nodes[id], ...more };
  const rest = { ...(next.hidden && { hidden: true }), ...(next.pinned && { pinned: true }), ...(next.order !== undefined && { order: next.order }) };
  const others = Object.fromEntries(Object.entries(nodes).filter(([key]) => key !== id));
  return Object.keys(rest).length > 0 ? { ...others, [id]: rest } : others;
}

const inOrder = (pages: MenuNode[], nodes: Nodes) =>
  pages.map((page, at) => ({ page, order: nodes[page.id]?.order ?? (at + 1) * 10 })).sort((a, b) => a.order - b.order).map((one) => one.page);

/** A page one place up or down: all of its group get a number, so that the order holds. */
function stepped(group: MenuGroup, nodes: Nodes, id: string, by: number): Nodes {
  const line = inOrder(group.pages, nodes).map((page) => page.id);
  const at = line.indexOf(id);
  line.splice(at, 1);
  line.splice(at + by, 0, id);
  return line.reduce((all, one, place) => said(all, one, { order: (place + 1) * 10 }), nodes);
}

export function MyMenuPage() {
  const { t } = useTranslation("menu-editor");
  const { slug } = useTenant();
  const client = useQueryClient();
  const key = keyOf(slug, "access.menu", "mine", {});
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: fetchMyMenu });
  const save = useMutation({
    mutationFn: saveMyMenu,
    onMutate: (nodes) => {
      const before = client.getQueryData<MyMenu>(key);
      if (before) client.setQueryData(key, { ...before, nodes });
      return before;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: bootstrapKey }),
    onError: (failure, _nodes, before) => {
      client.setQueryData(key, before);
      toast({ text: isProblem(failure) ? failure.message : t("failed"), tone: "bad" });
    },
  });
  const nodes = data?.nodes ?? {};
  return (
    <div className="page">
      <PageHead
        title={t("mine_title")}
        ruled
        actions={Object.keys(nodes).length > 0 && <Button variant="text" icon={<RotateCcw size={14} />} onClick={() => save.mutate({}, { onSuccess: () => toast(t("mine_saved")) })}>{t("mine_reset")}</Button>}
      />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton rows={12} height={36} />}
      {data && (
        <div className="page-body mine">
          <p className="sub">{t("mine_why")}</p>
          {data.menu.map((area) => (
            <section key={area.id} aria-label={area.title}>
              <h3><Icon name={area.icon} size={16} />{area.title}</h3>
              {groupsOf(area).map((group) => (
                <div key={group.id}>
                  {group.title !== "" && <h4>{group.title}</h4>}
                  <ul>
                    {inOrder(group.pages, nodes).map((page, at, line) => {
                      const mine = nodes[page.id] ?? {};
                      return (
                        <li key={page.id} className={mine.hidden ? "off" : undefined}>
                          <span className="ell">{page.title}</span>
                          <Button variant="text" size="small" icon={<ArrowUp size={14} />} disabled={at === 0} aria-label={t("mine_up", { title: page.title })} onClick={() => save.mutate(stepped(group, nodes, page.id, -1))} />
                          <Button variant="text" size="small" icon={<ArrowDown size={14} />} disabled={at === line.length - 1} aria-label={t("mine_down", { title: page.title })} onClick={() => save.mutate(stepped(group, nodes, page.id, 1))} />
                          <Button variant="text" size="small" icon={mine.pinned ? <PinOff size={14} /> : <Pin size={14} />} aria-pressed={mine.pinned ?? false} aria-label={t(mine.pinned ? "mine_unpin" : "mine_pin", { title: page.title })} onClick={() => save.mutate(said(nodes, page.id, { pinned: !mine.pinned }))} />
                          <Button variant="text" size="small" icon={mine.hidden ? <EyeOff size={14} /> : <Eye size={14} />} aria-pressed={mine.hidden ?? false} aria-label={t(mine.hidden ? "show" : "hide", { title: page.title })} onClick={() => save.mutate(said(nodes, page.id, { hidden: !mine.hidden }))} />
                        </li>
                      );
                    })}
                  </ul>
                </div>
              ))}
            </section>
          ))}
        </div>
      )}
    </div>
  );
}
