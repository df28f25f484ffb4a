/** The icon of a module, chosen from pictures. Below the first level the design has none, and the field says so. */
import { ChevronDown } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/controls";
import { Icon } from "@/ui/icon";
import { Popover } from "@/ui/overlay/popover";

/** What a module may be; each has its name in `icons` of the words. */
const offered = [
  "house", "inbox", "star", "bookmark", "flag", "target", "handshake", "users", "contact", "megaphone",
  "phone", "mail", "message-square", "calendar", "clock", "bell", "shopping-cart", "store", "tag", "receipt",
  "file-text", "folder", "clipboard-list", "boxes", "package", "warehouse", "truck", "scan-line", "factory", "hammer",
  "wrench", "cog", "ruler", "microscope", "flask-conical", "drafting-compass", "landmark", "banknote", "coins", "calculator",
  "scale", "wallet", "chart-column", "chart-line", "chart-pie", "gauge", "layout-dashboard", "workflow", "book-open", "globe",
  "link", "building-2", "shield-check", "life-buoy", "settings", "blocks",
] as const;
const columns = 8;
const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };

export function IconPicker({ value, disabled, onChange }: { value: string; disabled?: boolean; onChange: (icon: string) => void }) {
  const { t } = useTranslation("menu-editor");
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const known = offered.find((name) => name === value);
  const shown = known || !value ? offered : [value, ...offered];
  const nameOf = (name: string) => (offered.includes(name as never) ? t(`icons.${name}`) : t("icon_own"));
  const close = () => {
    setOpen(false);
    anchor.current?.focus();
  };
  const move = (event: KeyboardEvent<HTMLButtonElement>, at: number) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    (event.currentTarget.parentElement?.children[Math.max(0, Math.min(shown.length - 1, at + step))] as HTMLElement).focus();
  };
  return (
    <Field label={t("icon")}>
      {(ids) => (
        <>
          <button {...ids} ref={anchor} type="button" className="input icon-field" disabled={disabled} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
            {disabled ? <span className="dim ell">{t("icon_none")}</span> : <><Icon name={value} size={16} /><span className="ell">{nameOf(value)}</span></>}
            <ChevronDown size={14} className="dim" aria-hidden />
          </button>
          <Popover anchor={anchor} open={open} onClose={close} label={t("icon")} width={306}>
            <div className="icon-grid" role="radiogroup" aria-label={t("icon")}>
              {shown.map((name, at) => (
                <button
                  key={name}
                  type="button"
                  role="radio"
                  aria-checked={name === value}
                  aria-label={nameOf(name)}
                  title={nameOf(name)}
                  data-autofocus={name === value || undefined}
                  tabIndex={name === value || (!value && at === 0) ? 0 : -1}
                  onKeyDown={(event) => move(event, at)}
                  onClick={() => {
                    onChange(name);
                    close();
                  }}
                >
                  <Icon name={name} size={18} />
                </button>
              ))}
            </div>
          </Popover>
        </>
      )}
    </Field>
  );
}
