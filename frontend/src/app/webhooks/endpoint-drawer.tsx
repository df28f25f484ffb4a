/** Making or changing an endpoint: name, address, events. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, type Problem } from "@/platform/api/problem";
import { Button } from "@/ui/button";
import { CheckLine, TextField } from "@/ui/controls";
import { Drawer } from "@/ui/overlay/dialog";
import { toast } from "@/ui/overlay/toast";
import { changeEndpoint, createEndpoint, fetchEvents, webhooksKey, type Endpoint } from "./api";

interface EndpointDrawerProps {
  endpoint?: Endpoint;
  onClose: () => void;
  onSaved: (endpoint: Endpoint, secret?: string) => void;
}

export function EndpointDrawer({ endpoint, onClose, onSaved }: EndpointDrawerProps) {
  const { t } = useTranslation("webhooks");
  const events = useQuery({ queryKey: [...webhooksKey, "events"], queryFn: fetchEvents });
  const [name, setName] = useState(endpoint?.name ?? "");
  const [url, setUrl] = useState(endpoint?.url ?? "https://");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(endpoint?.events));
  const [problem, setProblem] = useState<Problem>();
  const save = useMutation({
    mutationFn: async (): Promise<Endpoint & { secret?: string }> => {
      const input = { name: name.trim(), url: url.trim(), events: [...chosen].sort() };
      return endpoint ? changeEndpoint(endpoint.id, input) : createEndpoint(input);
    },
    onSuccess: ({ secret, ...saved }) => onSaved(saved, secret),
    onError: (error) => {
      if (isProblem(error)) setProblem(error);
      else toast({ text: t("unreachable"), tone: "bad" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    save.mutate();
  };
  const modules = [...new Set(events.data?.map((one) => one.module))];
  const loose = problem && problem.errors.length === 0 ? problem.message : problem?.errorOf("events");
  return (
    <Drawer open sticky width={460} title={t(endpoint ? "change" : "new")} onClose={onClose}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button variant="primary" busy={save.isPending} disabled={!name.trim() || chosen.size === 0} onClick={() => save.mutate()}>{t("save")}</Button></>}>
      <form className="hook-form" onSubmit={submit}>
        <TextField label={t("name")} maxLength={120} value={name} onChange={(event) => setName(event.target.value)} error={problem?.errorOf("name")} />
        <TextField label={t("url")} type="url" maxLength={500} value={url} onChange={(event) => setUrl(event.target.value)} error={problem?.errorOf("url")} note={t("url_note")} />
        {modules.map((module) => (
          <fieldset key={module}>
            <legend>{module}</legend>
            {events.data?.filter((one) => one.module === module).map((one) => (
              <CheckLine key={one.name} checked={chosen.has(one.name)}
                onChange={(event) => {
                  const next = new Set(chosen);
                  if (event.target.checked) next.add(one.name);
                  else next.delete(one.name);
                  setChosen(next);
                }}>
                {t(`event.${one.name.replaceAll(".", "_")}`, one.name)} <code className="dim xs">{one.name}</code>
              </CheckLine>
            ))}
          </fieldset>
        ))}
        {loose && <p className="t-bad" role="alert">{loose}</p>}
        <p className="sub xs">{t("sees_why")}</p>
        <button type="submit" hidden />
      </form>
    </Drawer>
  );
}
