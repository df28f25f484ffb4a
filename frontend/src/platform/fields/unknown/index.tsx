/** A type this client does not know (a newer server): shown as text and marked, never a crash, never editable. */
import { CircleHelp } from "lucide-react";
import { Nothing } from "../nothing";
import { asText, text } from "../text";
import { isEmpty, refused, type DisplayProps, type FieldModule } from "../types";

const UnknownDisplay = ({ field, value, env }: DisplayProps) => (
  <span className="fld-unknown" title={env.t("unknownType", { type: field.type })}>
    <CircleHelp size={13} role="img" aria-label={env.t("unknownType", { type: field.type })} />
    {isEmpty(value) ? <Nothing /> : asText(value)}
  </span>
);

export const unknown: FieldModule = {
  ...text, type: "unknown", operators: [], Display: UnknownDisplay,
  parse: (_input, field, env) => refused(env.t("unknownType", { type: field.type })),
};
