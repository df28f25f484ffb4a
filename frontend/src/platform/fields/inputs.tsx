/** Field type → input. A chunk of its own: lists show values without loading a single date picker. */
import type { ComponentType } from "react";
import { BooleanInput } from "./boolean/input";
import { ChoiceInput } from "./choice/input";
import { DateInput } from "./date/input";
import { DateTimeInput } from "./datetime/input";
import { DecimalInput } from "./decimal/input";
import { JsonInput } from "./json/input";
import { LongTextInput } from "./longtext/input";
import { MultiChoiceInput } from "./multichoice/input";
import { RefInput } from "./ref/input";
import { TextInput } from "./text/input";
import type { InputProps } from "./types";
import { UnknownInput } from "./unknown/input";

const inputs: Record<string, ComponentType<InputProps>> = {
  text: TextInput, email: TextInput, phone: TextInput, url: TextInput, longtext: LongTextInput,
  integer: DecimalInput, decimal: DecimalInput, money: DecimalInput, quantity: DecimalInput, percent: DecimalInput,
  boolean: BooleanInput, date: DateInput, datetime: DateTimeInput, choice: ChoiceInput, multichoice: MultiChoiceInput,
  ref: RefInput, json: JsonInput,
};

export function FieldInput(props: InputProps) {
  const Input = inputs[props.field.type] ?? UnknownInput;
  return <Input {...props} />;
}
