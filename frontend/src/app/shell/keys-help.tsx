import { CircleHelp } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/figures";
import { Dialog } from "@/ui/overlay/dialog";

const keys: [string, string[]][] = [
  ["keys_palette", ["Ctrl", "K"]],
  ["keys_list", ["J", "K"]],
  ["keys_pick", ["X"]],
  ["keys_open", ["Enter"]],
  ["keys_new_tab", ["Ctrl", "Enter"]],
  ["keys_save", ["Ctrl", "S"]],
  ["keys_close", ["Esc"]],
  ["keys_this", ["?"]],
];

const typing = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys, one question mark away. */
export function KeysHelp() {
  const { t } = useTranslation("app");
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "?" && !typing(event.target)) setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <Button variant="text" size="small" className="tb-help" icon={<CircleHelp size={16} />} aria-label={t("keys")} title={t("keys")} onClick={() => setOpen(true)} />
      <Dialog open={open} onClose={() => setOpen(false)} title={t("keys")} width={380}>
        <ul className="keys">
          {keys.map(([name, parts]) => (
            <li key={name}>
              <span>{t(name)}</span>
              <span className="row">{parts.map((part) => <Kbd key={part}>{part}</Kbd>)}</span>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
