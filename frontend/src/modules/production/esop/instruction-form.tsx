/** The editor of work instructions: each step with its words, caution and picture side by side, as the worker will see it.
 * A list that is pasted becomes steps, a picture that is pasted or dropped onto a step is its picture. */
import { ArrowDown, ArrowUp, ImagePlus, Plus, Trash2, TriangleAlert, X } from "lucide-react";
import { createContext, useContext, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { RecordFormPage, type RecordFormState } from "@/platform/records";
import type { LineGridProps } from "@/platform/records/form/line-grid";
import type { Line } from "@/platform/records/form/values";
import type { RecordId } from "@/platform/records/types";
import { Button } from "@/ui/button";
import { Media } from "./media";
import { usePictures } from "./pictures";
import { addStep, blankStep, changeStep, dropStep, moveStep, pastedSteps, shown, words, written } from "./steps";
import "./esop.css";

const FormOf = createContext<RecordFormState | null>(null);
const Frame = ({ form, children }: { form: RecordFormState; children: ReactNode }) => <FormOf.Provider value={form}>{children}</FormOf.Provider>;

type Pictures = ReturnType<typeof usePictures>;

interface StepProps {
  step: Line;
  at: number;
  count: number;
  pictures: Pictures;
  problem: (key: string) => string | undefined;
  onChange: (values: Partial<Line>) => void;
  onMove: (to: number) => void;
  onDrop: () => void;
  onAdd: () => void;
  onFile: (file: File) => void;
  onList: (texts: string[]) => void;
}

function Picture({ step, pictures, onChange, onFile }: Pick<StepProps, "step" | "pictures" | "onChange" | "onFile">) {
  const { t } = useTranslation("esop");
  const input = useRef<HTMLInputElement>(null);
  const name = words(step, "picture");
  const source = name ? pictures.source(name) : undefined;
  const upload = pictures.uploads.find((one) => one.name === name);
  const choose = <input ref={input} type="file" accept="image/*,video/mp4,video/webm" hidden onChange={(event) => { const file = event.target.files?.[0]; if (file) onFile(file); event.target.value = ""; }} />;
  if (!name) return <div className="es-picture">{choose}<button type="button" className="es-drop" onClick={() => input.current?.click()}><ImagePlus size={20} aria-hidden /><span>{t("addPicture")}</span><span className="dim xs">{t("dropOrPaste")}</span></button></div>;
  return (
    <div className="es-picture">
      {choose}
      {source ? <Media source={source} name={name} alt={words(step, "text")} /> : <p className={pictures.isLoading ? "dim" : "t-bad"}>{pictures.isLoading ? name : t("notAttached", { name })}</p>}
      {upload !== undefined && <p className={upload.failed ? "t-bad xs" : "dim xs"} role="status">{upload.failed ? t("uploadFailed") : t("uploading", { percent: Math.round(upload.share * 100) })}</p>}
      <div className="es-on">
        <Button size="small" icon={<ImagePlus size={14} />} onClick={() => input.current?.click()}>{t("otherPicture")}</Button>
        <Button size="small" variant="text" icon={<X size={14} />} aria-label={t("noPicture")} onClick={() => onChange({ picture: "" })} />
      </div>
    </div>
  );
}

function Step({ step, at, count, pictures, problem, onChange, onMove, onDrop, onAdd, onFile, onList }: StepProps) {
  const { t, i18n } = useTranslation("esop");
  const zh = i18n.language.startsWith("zh");
  const [over, setOver] = useState(false);
  const paste = (event: ClipboardEvent) => {
    const file = pictures.among(event.clipboardData.files);
    if (file) { event.preventDefault(); onFile(file); return; }
    const texts = event.target instanceof HTMLTextAreaElement && !event.target.value ? pastedSteps(event.clipboardData.getData("text")) : [];
    if (texts.length > 0) { event.preventDefault(); onList(texts); }
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const file = pictures.among(event.dataTransfer.files);
    if (file) { event.preventDefault(); onFile(file); }
  };
  const keys = (event: KeyboardEvent) => {
    if (!event.altKey) return;
    if (event.key === "ArrowUp") { event.preventDefault(); onMove(at - 1); }
    if (event.key === "ArrowDown") { event.preventDefault(); onMove(at + 1); }
    if (event.key === "Enter") { event.preventDefault(); onAdd(); }
  };
  const area = (key: "text" | "text_zh", label: string) => (
    <label className="es-words">
      <span>{label}</span>
      <textarea className="input" rows={2} value={shown(step, key, zh)} aria-label={`${label} ${at + 1}`} aria-invalid={problem(key) ? true : undefined} data-path={`steps.${at}.${key}`} onChange={(event) => onChange(written(step, key, event.target.value, zh))} />
      {problem(key) && <em className="t-bad xs" role="alert">{problem(key)}</em>}
    </label>
  );
  return (
    <li className={`es-step${over ? " over" : ""}`} onPaste={paste} onKeyDown={keys}
      onDragOver={(event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); setOver(true); } }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <div className="es-side">
        <b className="es-no">{at + 1}</b>
        <Button size="small" variant="text" icon={<ArrowUp size={14} />} disabled={at === 0} aria-label={t("up", { number: at + 1 })} onClick={() => onMove(at - 1)} />
        <Button size="small" variant="text" icon={<ArrowDown size={14} />} disabled={at === count - 1} aria-label={t("down", { number: at + 1 })} onClick={() => onMove(at + 1)} />
        <Button size="small" variant="text" icon={<Trash2 size={14} />} aria-label={t("drop", { number: at + 1 })} onClick={onDrop} />
      </div>
      <div className="es-text">
        {zh ? <>{area("text_zh", t("what"))}{area("text", t("whatOther"))}</> : <>{area("text", t("what"))}{area("text_zh", t("whatOther"))}</>}
        <span className={`es-caution${words(step, "caution") ? " on" : ""}`}><TriangleAlert size={15} aria-hidden /><input className="input" value={words(step, "caution")} placeholder={t("caution")} aria-label={`${t("caution")} ${at + 1}`} maxLength={255} onChange={(event) => onChange({ caution: event.target.value })} /></span>
      </div>
      <Picture step={step} pictures={pictures} onChange={onChange} onFile={onFile} />
    </li>
  );
}

function Steps({ lines, onChange, problems = {} }: LineGridProps) {
  const { t, i18n } = useTranslation("esop");
  const zh = i18n.language.startsWith("zh");
  const stepOf = (text: string) => { const blank = blankStep(); return { ...blank, ...written(blank, zh ? "text_zh" : "text", text, zh) }; };
  const form = useContext(FormOf)!;
  const pictures = usePictures(form.entity, form.base?.id);
  const list = useRef<HTMLOListElement>(null);
  // what comes later (an upload, a pasted list) changes what stands there then
  const latest = useRef(lines);
  latest.current = lines;
  const set = (next: Line[]) => { latest.current = next; onChange(next); };
  const focus = (at: number) => requestAnimationFrame(() => list.current?.querySelectorAll<HTMLTextAreaElement>(`li:nth-child(${at + 1}) textarea`)[0]?.focus());
  const indexOf = (step: Line) => latest.current.findIndex((line) => line._key === step._key);
  const take = async (step: Line, file: File) => {
    const taken = new Set(latest.current.map((line) => words(line, "picture")).filter(Boolean));
    const name = await pictures.take(file, taken);
    if (indexOf(step) >= 0) set(changeStep(latest.current, indexOf(step), { picture: name }));
  };
  const spread = (at: number, texts: string[]) => set(texts.slice(1).reduce((known, text, index) => addStep(known, at + 1 + index, stepOf(text)), changeStep(latest.current, at, written(latest.current[at]!, zh ? "text_zh" : "text", texts[0]!, zh))));
  return (
    <>
      <header className="es-head"><h2>{t("steps")} <span className="dim num">{lines.length}</span></h2><span className="dim xs">{t("keys")}</span></header>
      <ol className="es-steps" ref={list}>
        {lines.map((step, at) => (
          <Step key={step._key} step={step} at={at} count={lines.length} pictures={pictures} problem={(key) => problems[`steps.${at}.${key}`]}
            onChange={(values) => set(changeStep(latest.current, at, values))} onMove={(to) => { set(moveStep(latest.current, at, to)); focus(Math.max(0, Math.min(to, lines.length - 1))); }}
            onDrop={() => set(dropStep(latest.current, at))} onAdd={() => { set(addStep(latest.current, at + 1)); focus(at + 1); }}
            onFile={(file) => void take(step, file)} onList={(texts) => spread(at, texts)} />
        ))}
      </ol>
      <Button icon={<Plus size={15} />} onClick={() => { set(addStep(latest.current)); focus(lines.length); }}>{t("add")}</Button>
    </>
  );
}

export function InstructionForm({ entityKey, id }: { entityKey: string; id?: RecordId }) {
  return <RecordFormPage entityKey={entityKey} id={id} frame={Frame} lineGrid={Steps} />;
}
