/** Comment with @mention: typing @ and letters offers members; Enter sends, Shift-Enter breaks the line. */
import { useQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/platform/api/keys";
import { useEntity, useTenant } from "@/platform/session/session";
import { Who } from "@/ui/figures";
import { fetchPage } from "../api";
import { titleOf } from "../entity";
import { useDebounced } from "../use-debounced";

const MENTION = /(^|\s)@([\p{L}\p{N}_.-]*)$/u;

/** The members whose name fits what is typed behind the @. */
function usePeople(search: string | null) {
  const members = useEntity("access.member");
  const tenant = useTenant();
  const wanted = useDebounced(search, 150);
  return useQuery({
    queryKey: keyOf(tenant.slug, "access.member", "lookup", { search: wanted, limit: 6 }),
    queryFn: ({ signal }) => fetchPage(members!, { search: wanted || undefined, limit: 6 }, signal),
    enabled: members !== undefined && wanted !== null,
    staleTime: 60_000,
    select: (page) => page.results.map((row) => ({ id: row.id, name: titleOf(members!, row) })),
  });
}

export function CommentBox({ busy, problem, onSay }: { busy: boolean; problem?: string; onSay: (body: string) => Promise<unknown> }) {
  const { t } = useTranslation("records");
  const [body, setBody] = useState("");
  const [search, setSearch] = useState<string | null>(null);
  const [pick, setPick] = useState(0);
  const box = useRef<HTMLTextAreaElement>(null);
  const people = usePeople(search).data ?? [];
  const offering = search !== null && people.length > 0;

  function type(text: string, caret: number) {
    setBody(text);
    const typed = MENTION.exec(text.slice(0, caret));
    setSearch(typed ? typed[2]! : null);
    setPick(0);
  }
  function mention(person: { id: number | string; name: string }) {
    const caret = box.current?.selectionStart ?? body.length;
    const before = body.slice(0, caret).replace(MENTION, `$1@[${person.name}](${person.id}) `);
    setBody(before + body.slice(caret));
    setSearch(null);
    box.current?.focus();
  }
  async function say() {
    if (!body.trim() || busy) return;
    // what was typed stays until the server has it
    await onSay(body.trim()).then(() => setBody(""), () => undefined);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (offering && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setPick((pick + (event.key === "ArrowDown" ? 1 : people.length - 1)) % people.length);
    } else if (offering && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      if (people[pick]) mention(people[pick]);
    } else if (event.key === "Escape" && search !== null) {
      event.stopPropagation();
      setSearch(null);
    } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void say();
    }
  }
  return (
    <div className="act-say">
      {offering && (
        <ul className="act-people" role="listbox" aria-label={t("activity.people")}>
          {people.map((person, index) => (
            <li key={person.id}><button type="button" role="option" aria-selected={index === pick} className={`mi${index === pick ? " hot" : ""}`} onMouseDown={(event) => { event.preventDefault(); mention(person); }}><Who name={person.name} /><span className="label">{person.name}</span></button></li>
          ))}
        </ul>
      )}
      <div className="input-wrap act-box">
        <textarea ref={box} className="input" rows={1} value={body} placeholder={t("activity.say")} aria-label={t("activity.say")} aria-invalid={problem ? true : undefined}
          onChange={(event) => type(event.target.value, event.target.selectionStart)} onKeyDown={onKeyDown} onBlur={() => setSearch(null)} />
        <button type="button" aria-label={t("activity.send")} disabled={!body.trim() || busy} onClick={() => void say()}><ArrowUp size={14} /></button>
      </div>
      {problem && <p className="t-bad xs" role="alert">{problem}</p>}
    </div>
  );
}
