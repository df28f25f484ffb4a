import { Fingerprint } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/platform/format";
import { Button, useBusy } from "@/ui/button";
import { TextField } from "@/ui/controls";
import { confirm } from "@/ui/overlay/confirm";
import { account, looseError, type AccountAnswer } from "../auth/accounts";
import { addPasskey, passkeysAvailable } from "../auth/passkey";
import type { Authenticator, Guarded } from "./types";

interface PasskeySectionProps {
  known: Authenticator[];
  guarded: Guarded;
  onChanged: () => void;
}

const moment = (seconds: number) => new Date(seconds * 1000).toISOString();

export function PasskeySection({ known, guarded, onChanged }: PasskeySectionProps) {
  const { t } = useTranslation("account");
  const format = useFormat();
  const [name, setName] = useState("");
  const [answer, setAnswer] = useState<AccountAnswer>();
  const [busy, run] = useBusy();
  const add = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const result = await guarded(() => addPasskey(name.trim()));
      setAnswer(result ?? undefined);
      if (result?.status === 200) setName("");
      onChanged();
    });
  };
  const remove = async (one: Authenticator) => {
    if (!(await confirm({ title: t("passkey_remove_title", { name: one.name }), body: t("passkey_remove_why"), action: t("passkey_remove"), keep: t("keep"), danger: true }))) return;
    setAnswer((await guarded(() => account("DELETE", "/account/authenticators/webauthn", { authenticators: [one.id] }))) ?? undefined);
    onChanged();
  };
  const trouble = looseError(answer, []);
  return (
    <section>
      <div className="about">
        <h2>{t("passkeys")}</h2>
        <p className="sub">{t("passkeys_why")}</p>
      </div>
      <div className="stack gap">
        {known.length > 0 && (
          <ul className="passkeys">
            {known.map((one) => (
              <li key={one.id}>
                <Fingerprint size={16} aria-hidden />
                <b>{one.name}</b>
                <span className="when dim">
                  <span>{t("added", { when: format.moment(moment(one.created_at)) })}</span>
                  {one.last_used_at !== null && <span>{t("used", { when: format.moment(moment(one.last_used_at)) })}</span>}
                </span>
                <span className="grow" />
                <Button size="small" variant="text" onClick={() => void remove(one)}>{t("passkey_remove")}</Button>
              </li>
            ))}
          </ul>
        )}
        {trouble && <p className="t-bad" role="alert">{trouble}</p>}
        {passkeysAvailable() ? (
          <form className="inline" onSubmit={add}>
            <TextField label={t("passkey_name")} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
            <Button submit busy={busy} disabled={!name.trim()}>{t("passkey_add")}</Button>
          </form>
        ) : (
          <p className="sub">{t("passkeys_none")}</p>
        )}
      </div>
    </section>
  );
}
