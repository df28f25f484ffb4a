/** Where codes come in: a handheld types them (keyboard wedge), a thumb may, too. Keeps the focus without a keyboard on screen. */
import { Keyboard, ScanLine } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import "./scan.css";

interface Props {
  label: string;
  /** Name of the button that brings up the keyboard. */
  typeIt: string;
  onCode: (code: string) => void;
}

const takesKeys = (target: EventTarget | null) => target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

export function ScanField({ label, typeIt, onCode }: Props) {
  const [text, setText] = useState("");
  const [typing, setTyping] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // keys that come while nothing has the focus belong to the scanner
  useEffect(() => {
    const wake = (event: KeyboardEvent) => {
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !takesKeys(event.target)) field.current?.focus();
    };
    // a pressed button keeps the focus, and one that is then disabled swallows the keys: the next scan would be lost
    const back = (event: MouseEvent) => {
      if (event.detail === 0 || takesKeys(event.target)) return;
      setTimeout(() => { if (!document.querySelector("[role=dialog]")) field.current?.focus({ preventScroll: true }); });
    };
    window.addEventListener("keydown", wake, true);
    window.addEventListener("click", back);
    return () => {
      window.removeEventListener("keydown", wake, true);
      window.removeEventListener("click", back);
    };
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = text.trim();
    setText("");
    if (code) onCode(code);
  };
  return (
    <form className="scan-field" onSubmit={submit}>
      <ScanLine size={22} aria-hidden />
      <input ref={field} aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)} autoFocus
        inputMode={typing ? "text" : "none"} autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} enterKeyHint="go" />
      <button type="button" aria-label={typeIt} aria-pressed={typing} onClick={() => { setTyping(!typing); field.current?.blur(); setTimeout(() => field.current?.focus()); }}><Keyboard size={22} aria-hidden /></button>
    </form>
  );
}
