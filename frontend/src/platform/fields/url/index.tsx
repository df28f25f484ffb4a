/** Web address. Only http and https become links: a stored `javascript:` address stays plain text. */
import { Nothing } from "../nothing";
import { asText, text } from "../text";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const isWeb = (value: string) => /^https?:\/\/\S+$/i.test(value);

const UrlDisplay = ({ value }: DisplayProps) => {
  const address = asText(value);
  if (isEmpty(value)) return <Nothing />;
  if (!isWeb(address)) return <>{address}</>;
  return <a className="fld-link" href={address} target="_blank" rel="noreferrer noopener">{address.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "")}</a>;
};

export const url: FieldModule = {
  ...text, type: "url", width: () => 180, span: 2, Display: UrlDisplay,
  parse: (input, _field, env) => {
    const value = input.trim();
    if (value === "" || isWeb(value)) return parsed(value);
    return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(value) ? parsed(`https://${value}`) : refused(env.t("notUrl"));
  },
};
