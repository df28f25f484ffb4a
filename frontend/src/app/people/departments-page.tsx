/** Departments as the tree that they are: dragged, or moved with the arrows; who leads sees what lies below. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { GripVertical, Plus, Trash2 } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { isProblem } from "@/platform/api/problem";
import type { Ref, Row } from "@/platform/records/types";
import { useEntity, useTenant } from "@/platform/session/session";
import { Button, useBusy } from "@/ui/button";
import { DragArea, useDragItem } from "@/ui/drag/drag";
import { PageHead } from "@/ui/page";
import { toast } from "@/ui/overlay/toast";
import { GridSkeleton } from "@/ui/states/skeleton";
import { EmptyState } from "@/ui/states/states";
import { ProblemState } from "../errors/problem-state";
import { changeDepartment, dropDepartment, fetchDepartments, makeDepartment } from "./api";
import "./people.css";

type Department = Row & { name: string; parent: Ref | null };
interface Branch {
  one: Department;
  level: number;
}

export function treeOf(all: Department[]): Branch[] {
  const grow = (parent: string | number | null, level: number): Branch[] =>
    all.filter((one) => (one.parent?.id ?? null) === parent).flatMap((one) => [{ one, level }, ...grow(one.id, level + 1)]);
  return grow(null, 1);
}

const inside = (all: Department[], id: string | number, above: string | number): boolean => {
  for (let at: Department | undefined = all.find((one) => one.id === id); at; at = all.find((one) => one.id === at?.parent?.id)) if (at.id === above) return true;
  return false;
};

export function DepartmentsPage() {
  const { t } = useTranslation("people");
  const { slug } = useTenant();
  const entity = useEntity("access.department");
  const client = useQueryClient();
  const key = keyOf(slug, "access.department", "list", { all: true });
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: fetchDepartments });
  const [naming, setNaming] = useState<string | number>();
  const [busy, run] = useBusy();
  const all = (data ?? []) as Department[];
  const tree = treeOf(all);
  const [may, mayMake, mayDrop] = [entity?.can.update ?? false, entity?.can.create ?? false, entity?.can.delete ?? false];

  const change = (work: () => Promise<unknown>) =>
    run(async () => {
      try {
        await work();
      } catch (failure) {
        toast({ text: isProblem(failure) ? [failure.message, ...failure.errors.map((one) => one.message)].join(" ") : t("unreachable"), tone: "bad" });
      }
      await client.invalidateQueries({ queryKey: keyOf(slug, "access.department") });
    });
  const move = (one: Department, parent: string | number | null) => {
    if ((one.parent?.id ?? null) === parent || (parent !== null && inside(all, parent, one.id))) return;
    void change(() => changeDepartment(one.id, one.version, { parent }));
  };
  const add = (parent: string | number | null) =>
    change(async () => {
      const made = await makeDepartment({ name: t("new_department"), parent });
      setNaming(made.id);
    });
  const rename = (one: Department, name: string) => {
    setNaming(undefined);
    if (name.trim() && name.trim() !== one.name) void change(() => changeDepartment(one.id, one.version, { name: name.trim() }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, at: number) => {
    const { one } = tree[at] as Branch;
    const row = event.currentTarget;
    const siblings = all.filter((other) => (other.parent?.id ?? null) === (one.parent?.id ?? null));
    if (event.key === "ArrowDown") (row.nextElementSibling as HTMLElement | null)?.focus();
    else if (event.key === "ArrowUp") (row.previousElementSibling as HTMLElement | null)?.focus();
    else if (event.key === "ArrowRight" && may) {
      // Below the one that stands above it at the same level.
      const before = siblings[siblings.findIndex((other) => other.id === one.id) - 1];
      if (before) move(one, before.id);
    } else if (event.key === "ArrowLeft" && may && one.parent) move(one, all.find((other) => other.id === one.parent?.id)?.parent?.id ?? null);
    else if ((event.key === "F2" || event.key === "Enter") && may) setNaming(one.id);
    else return;
    event.preventDefault();
  };

  return (
    <div className="page">
      <PageHead title={entity?.label_plural ?? ""} after={data && <span className="dim">{all.length}</span>} ruled actions={mayMake && <Button variant="primary" icon={<Plus size={15} />} disabled={busy} onClick={() => void add(null)}>{t("add_department")}</Button>} />
      {error !== null && !data && <ProblemState error={error} retry={() => void refetch()} />}
      {!data && !error && <GridSkeleton rows={8} height={36} />}
      {data?.length === 0 && <EmptyState title={t("no_departments")}>{t("no_departments_why")}</EmptyState>}
      {tree.length > 0 && (
        <DragArea
          accepts={(source, target) => !inside(all, Number(target), Number(source))}
          onDrop={(source, target) => {
            const held = all.find((one) => String(one.id) === source);
            if (held) move(held, Number(target));
          }}
          ghost={(source) => <div className="dep ghost">{all.find((one) => String(one.id) === source)?.name}</div>}
        >
          <div className="page-body people">
            <p className="sub xs">{t("departments_help")}</p>
            <div role="tree" aria-label={entity?.label_plural}>
              {tree.map((branch, at) => (
                <DepartmentRow key={branch.one.id} branch={branch} naming={naming === branch.one.id} may={may} onKeyDown={(event) => onKeyDown(event, at)} onName={(name) => rename(branch.one, name)} onStart={() => setNaming(branch.one.id)}>
                  {mayMake && <Button variant="text" size="small" icon={<Plus size={14} />} tabIndex={-1} aria-label={t("add_below", { name: branch.one.name })} onClick={() => void add(branch.one.id)} />}
                  {mayDrop && <Button variant="text" size="small" icon={<Trash2 size={14} />} tabIndex={-1} aria-label={t("drop_department", { name: branch.one.name })} onClick={() => void change(() => dropDepartment(branch.one.id, branch.one.version))} />}
                </DepartmentRow>
              ))}
            </div>
          </div>
        </DragArea>
      )}
    </div>
  );
}

interface DepartmentRowProps {
  branch: Branch;
  naming: boolean;
  may: boolean;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onName: (name: string) => void;
  onStart: () => void;
  children: React.ReactNode;
}

function DepartmentRow({ branch: { one, level }, naming, may, onKeyDown, onName, onStart, children }: DepartmentRowProps) {
  const { t } = useTranslation("people");
  const { ref, held, over } = useDragItem(String(one.id), !may);
  return (
    <div ref={ref} role="treeitem" aria-level={level} aria-selected={false} tabIndex={0} className={`dep${held ? " held" : ""}${over ? " over" : ""}`} style={{ paddingLeft: 8 + (level - 1) * 24 }} onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event)} onDoubleClick={may ? onStart : undefined}>
      <GripVertical size={13} className="grip" aria-hidden />
      {naming ? (
        <input className="input" aria-label={t("department_name")} defaultValue={one.name} autoFocus maxLength={120} onFocus={(event) => event.target.select()} onBlur={(event) => onName(event.target.value)} onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); if (event.key === "Escape") onName(one.name); }} />
      ) : (
        <span className="ell">{one.name}</span>
      )}
      {children}
    </div>
  );
}
