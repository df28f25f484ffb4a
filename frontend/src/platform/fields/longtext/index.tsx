/** Text of several lines. One line in a grid, as written in a detail. */
import { Nothing } from "../nothing";
import { asText, text } from "../text";
import { isEmpty, parsed, type DisplayProps, type FieldModule } from "../types";

const LongTextDisplay = ({ value, place }: DisplayProps) =>
  isEmpty(value) ? <Nothing />
    : place === "detail" ? <span className="fld-lines">{asText(value)}</span>
      : <>{asText(value).replace(/\s+/g, " ")}</>;

export const longtext: FieldModule = {
  ...text, type: "longtext", span: 4, width: () => 220, Display: LongTextDisplay, parse: (input) => parsed(input.trim()),
};
