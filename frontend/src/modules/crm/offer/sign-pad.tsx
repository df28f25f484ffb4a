/** A field to sign in: by finger, pen or mouse; or by typing, for whoever has none of them. White in any theme, as paper is. */
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";

const WIDTH = 640;
const HEIGHT = 220;

interface SignPadProps { name: string; error?: string; onChange: (png: string) => void }

export function SignPad({ name, error, onChange }: SignPadProps) {
  const { t } = useTranslation("offer");
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [drawn, setDrawn] = useState(false);
  const [typed, setTyped] = useState(false);

  const clear = () => {
    canvas.current?.getContext("2d")?.clearRect(0, 0, WIDTH, HEIGHT);
    setDrawn(false);
    onChange("");
  };
  const type = () => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !canvas.current) return;
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.textBaseline = "middle";
    let size = 84;
    do pen.font = `italic ${size}px "Segoe Script", "Snell Roundhand", "KaiTi", "STKaiti", cursive`; while (pen.measureText(name).width > WIDTH - 48 && --size > 16);
    pen.fillText(name, 24, HEIGHT / 2);
    setDrawn(true);
    onChange(canvas.current.toDataURL("image/png"));
  };
  // the typed signature follows the name
  useEffect(() => { if (typed) { if (name.trim()) type(); else clear(); } }, [typed, name]); // eslint-disable-line react-hooks/exhaustive-deps

  const at = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * WIDTH, y: ((event.clientY - box.top) / box.height) * HEIGHT };
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    if (typed) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = at(event);
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = last.current, pen = event.currentTarget.getContext("2d");
    if (!from || !pen) return;
    const to = at(event);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last.current = to;
    setDrawn(true);
  };
  const end = () => {
    if (!last.current || !canvas.current) return;
    last.current = null;
    if (drawn) onChange(canvas.current.toDataURL("image/png"));
  };
  return (
    <div className="of-sign">
      <p className="lb"><span id="of-sign">{t("signature")}</span><span className="grow" />
        <Button variant="text" size="small" onClick={() => { clear(); setTyped(!typed); }}>{t(typed ? "drawIt" : "typeIt")}</Button>
        {!typed && <Button variant="text" size="small" disabled={!drawn} onClick={clear}>{t("clear")}</Button>}
      </p>
      <span className={`of-pad${error ? " invalid" : ""}`}>
        <canvas ref={canvas} width={WIDTH} height={HEIGHT} role="img" aria-labelledby="of-sign" onPointerDown={begin} onPointerMove={draw} onPointerUp={end} onPointerCancel={end} />
        {!drawn && <span aria-hidden>{t(typed ? "typeHint" : "drawHint")}</span>}
      </span>
      <span className={`note${error ? " bad" : ""}`} aria-live="polite">{error}</span>
    </div>
  );
}
