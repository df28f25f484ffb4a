/** Field type → its module. The inputs are in `inputs.tsx`, loaded when something is typed. */
import type { FieldMeta } from "../records/types";
import { boolean } from "./boolean";
import { choice } from "./choice";
import { date } from "./date";
import { datetime } from "./datetime";
import { decimal } from "./decimal";
import { email } from "./email";
import { integer } from "./integer";
import { json } from "./json";
import { longtext } from "./longtext";
import { money } from "./money";
import { multichoice } from "./multichoice";
import { percent } from "./percent";
import { phone } from "./phone";
import { quantity } from "./quantity";
import { ref } from "./ref";
import { text } from "./text";
import type { DisplayProps, FieldEnv, FieldModule } from "./types";
import { unknown } from "./unknown";
import { url } from "./url";

const modules = new Map<string, FieldModule>(
  [text, longtext, email, phone, url, integer, decimal, money, quantity, percent, boolean, date, datetime, choice,
    multichoice, ref, json].map((module) => [module.type, module]),
);

export const fieldModule = (type: string): FieldModule => modules.get(type) ?? unknown;
export const isKnownType = (type: string): boolean => modules.has(type);

export const FieldDisplay = (props: DisplayProps) => {
  const { Display } = fieldModule(props.field.type);
  return <Display {...props} />;
};

export const fieldText = (value: unknown, field: FieldMeta, env: FieldEnv, row?: Record<string, unknown>): string =>
  fieldModule(field.type).toText(value, field, env, row);
