/** Calendar days. 12-04 this year, 2024-12-04 otherwise. */
import { formatDay } from "@/ui/format/date";
import { Nothing } from "../nothing";
import { isEmpty, parsed, refused, type DisplayProps, type FieldModule } from "../types";
import { isIsoDate, parseDate } from "./iso";

const DateDisplay = ({ value, env, place }: DisplayProps) => {
  if (isEmpty(value)) return <Nothing />;
  const iso = String(value).slice(0, 10);
  if (!isIsoDate(iso)) return <>{String(value)}</>;
  return <time dateTime={iso} title={iso}>{place === "detail" ? iso : formatDay(iso, env.today)}</time>;
};

export const date: FieldModule = {
  type: "date",
  align: "end",
  width: () => 96,
  span: 1,
  operators: ["within", "between", "gte", "lte", "is", "empty", "filled"],
  empty: null,
  Display: DateDisplay,
  toText: (value, _field, env) => (isEmpty(value) ? "" : isIsoDate(value) ? formatDay(value, env.today) : String(value)),
  parse: (input, _field, env) => {
    if (input.trim() === "") return parsed(null);
    const iso = parseDate(input, env.today);
    return iso ? parsed(iso) : refused(env.t("notDate", { text: input.trim() }));
  },
};
