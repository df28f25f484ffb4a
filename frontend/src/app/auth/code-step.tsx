/** One code, from the mail or the authenticator: typed or pasted, sent as soon as it is whole. */
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/controls";

interface CodeStepProps {
  title: string;
  help: string;
  label: string;
  action: string;
  error?: string;
  busy: boolean;
  /** Six digits; mail codes have letters too. */
  numeric?: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
  onResend?: () => void;
  extra?: ReactNode;
}

export function CodeStep({ title, help, label, action, error, busy, numeric, onCode, onBack, onResend, extra }: CodeStepProps) {
  const { t } = useTranslation("auth");
  const [code, setCode] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) onCode(code.trim());
  };
  return (
    <>
      <h1>{title}</h1>
      <p className="sub">{help}</p>
      <form onSubmit={send}>
        <TextField
          label={label} name="code" className="code" large autoFocus autoComplete="one-time-code" autoCapitalize="characters" spellCheck={false} value={code} error={error || undefined}
          inputMode={numeric ? "numeric" : "text"}
          onChange={(event) => {
            const next = event.target.value;
            setCode(next);
            if (numeric && /^\d{6}$/.test(next) && !busy) onCode(next);
          }}
        />
        <div className="submit">
          <Button submit variant="primary" size="large" block busy={busy} disabled={!code.trim()}>{action}</Button>
          {extra}
        </div>
        <div className="row">
          <button type="button" className="link" onClick={onBack}>{t("back")}</button>
          <span className="grow" />
          {onResend && <button type="button" className="link" onClick={onResend}>{t("resend")}</button>}
        </div>
      </form>
    </>
  );
}
