/** E-mail address: a link that writes. */
import { Nothing } from "../nothing";
import { asText, text } from "../text";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";

const EmailDisplay = ({ value }: DisplayProps) =>
  isEmpty(value) ? <Nothing /> : <a className="fld-link" href={`mailto:${asText(value)}`}>{asText(value)}</a>;

export const email: FieldModule = {
  ...text, type: "email", width: () => 190, Display: EmailDisplay,
  parse: (input, _field, env) => {
    const value = input.trim().replace(/^mailto:/i, "");
    return value === "" || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? parsed(value) : refused(env.t("notEmail"));
  },
};
