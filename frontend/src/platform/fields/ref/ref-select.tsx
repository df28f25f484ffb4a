/** Search select over the records of an entity: label and code, most recent first, new ones on the spot. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useEntity, useTenant } from "@/platform/session/session";
import { fetchPage } from "../../records/api";
import { titleOf, valueAt } from "../../records/entity";
import type { EntityMeta, Ref, Row } from "../../records/types";
import { useDebounced } from "../../records/use-debounced";
import { refLabel } from ".";
import { mid } from "../../records/mid-sentence";
import "../fields.css";

const QuickCreate = lazy(() => import("../../records/form/quick-create").then((module) => ({ default: module.QuickCreate })));

export interface RefSelectProps {
  id?: string;
  entity: string;
  value: Ref | null;
  onChange: (value: Ref | null) => void;
  filter?: Record<string, unknown> | null;
  clearable?: boolean;
  /** Text that was pasted and not found yet. */
  pending?: string;
  placeholder?: string;
  status?: "error" | "warning";
  disabled?: boolean;
  autoFocus?: boolean;
  size?: "small" | "middle" | "large";
  inCell?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
}

const CODES = ["code", "number", "sku", "symbol"];

/** What a reference to a row looks like: label as the server would say it, and the code where it adds something. */
export function refOf(entity: EntityMeta, row: Row): Ref {
  const label = titleOf(entity, row);
  const code = CODES.map((key) => row[key]).find((value) => typeof value === "string" && value !== "" && value !== label);
  if (code) return { id: row.id, label, code: String(code) };
  // where the code is the name already, the words beside it say what it is
  const words = entity.subtitle_field ? refLabel(valueAt(row, entity.subtitle_field)) : "";
  return words && words !== label ? { id: row.id, label, code: words } : { id: row.id, label };
}

export function RefSelect({ entity: key, value, onChange, filter, clearable = true, pending, inCell, placeholder, ...rest }: RefSelectProps) {
  const { t } = useTranslation("fields");
  const entity = useEntity(key);
  const tenant = useTenant();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState(false);
  const wanted = useDebounced(search, 180);
  const query = { search: wanted, limit: 30, ...(filter as Record<string, string> | undefined) };
  const found = useQuery({
    queryKey: keyOf(tenant.slug, key, "lookup", query),
    queryFn: ({ signal }) => fetchPage(entity!, query, signal),
    enabled: open && entity !== undefined,
    staleTime: 30_000,
    placeholderData: (previous) => previous,
  });

  const rows = useMemo(() => (entity ? (found.data?.results ?? []).map((row) => ({ row, ref: refOf(entity, row) })) : []), [found.data, entity]);
  const options = rows.map(({ ref }) => ({ value: String(ref.id), label: ref.label, hint: ref.code ?? "", ref }));
  if (value && !options.some((option) => option.value === String(value.id))) {
    options.unshift({ value: String(value.id), label: refLabel(value), hint: value.code ?? "", ref: value });
  }
  const mayCreate = entity?.can.create === true;

  if (!entity) {
    return <span className="fld-unknown xs" id={rest.id}>{value ? refLabel(value) : t("noLookup")}</span>;
  }
  return (
    <>
      <Select
        {...rest}
        className="fld-wide"
        variant={inCell ? "borderless" : "outlined"}
        suffixIcon={inCell ? null : undefined}
        value={value ? String(value.id) : undefined}
        placeholder={pending ?? placeholder}
        status={pending ? "warning" : rest.status}
        allowClear={clearable && !inCell}
        open={open}
        onOpenChange={setOpen}
        showSearch={{ searchValue: search, onSearch: setSearch, filterOption: false }}
        options={options}
        loading={found.isFetching}
        popupMatchSelectWidth={inCell ? 360 : 280}
        notFoundContent={<span className="dim">{found.isPending ? t("looking") : t("noneFound", { text: search })}</span>}
        labelRender={(item) => {
          const option = options.find((known) => known.value === String(item.value));
          return <>{option?.label ?? item.label}{option?.hint && <span className="dim xs fld-code">{option.hint}</span>}</>;
        }}
        optionRender={(item) => (
          <span className="fld-option"><span className="ell">{item.data.label}</span><span className="grow" /><span className="dim xs">{item.data.hint}</span></span>
        )}
        popupRender={(menu) => (
          <>
            {menu}
            {mayCreate && (
              <div className="fld-create">
                <Button type="text" size="small" block icon={<Plus size={14} />} onMouseDown={(event) => event.preventDefault()}
                  onClick={() => { setOpen(false); setCreating(true); }}>
                  {search ? t("createNamed", { label: mid(entity.label), name: search }) : t("create", { label: mid(entity.label) })}
                </Button>
              </div>
            )}
          </>
        )}
        onSelect={() => setSearch("")}
        onChange={(next: string | undefined) => onChange(next === undefined ? null : options.find((option) => option.value === next)?.ref ?? null)}
      />
      {creating && (
        <Suspense fallback={null}>
          <QuickCreate entityKey={key} name={search} onClose={() => setCreating(false)}
            onCreated={(row) => { setCreating(false); setSearch(""); onChange(refOf(entity, row)); }} />
        </Suspense>
      )}
    </>
  );
}
