/** Telephone number: a link that calls. */
import { Nothing } from "../nothing";
import { asText, text } from "../text";
import { isEmpty, type DisplayProps, type FieldModule } from "../types";

const PhoneDisplay = ({ value }: DisplayProps) =>
  isEmpty(value) ? <Nothing />
    : <a className="fld-link" href={`tel:${asText(value).replace(/[^\d+]/g, "")}`}>{asText(value)}</a>;

export const phone: FieldModule = { ...text, type: "phone", grow: false, width: () => 140, Display: PhoneDisplay };
