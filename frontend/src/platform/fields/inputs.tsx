/** Field type → input. A chunk of its own: lists show values without loading a single date picker. */
import { lazy, Suspense, useState, type ComponentType } from "react";
import { BooleanInput } from "./boolean/input";
import { ChoiceInput } from "./choice/input";
import { DecimalInput } from "./decimal/input";
import { JsonInput } from "./json/input";
import { LongTextInput } from "./longtext/input";
import { MultiChoiceInput } from "./multichoice/input";
import { RefInput } from "./ref/input";
import { TextInput } from "./text/input";
import { atRest, hurry } from "./rest";
import type { InputProps } from "./types";
import { UnknownInput } from "./unknown/input";

// The calendar is the heaviest of all: the form stands before it comes, unless somebody turns to a date by then.
const DateInput = lazy(() => atRest().then(() => import("./date/input")).then((part) => ({ default: part.DateInput })));
const DateTimeInput = lazy(() => atRest().then(() => import("./datetime/input")).then((part) => ({ default: part.DateTimeInput })));

const inputs: Record<string, ComponentType<InputProps>> = {
  text: TextInput, email: TextInput, phone: TextInput, url: TextInput, longtext: LongTextInput,
  integer: DecimalInput, decimal: DecimalInput, money: DecimalInput, quantity: DecimalInput, percent: DecimalInput,
  boolean: BooleanInput, date: DateInput, datetime: DateTimeInput, choice: ChoiceInput, multichoice: MultiChoiceInput,
  ref: RefInput, json: JsonInput,
};

export function FieldInput(props: InputProps) {
  const Input = inputs[props.field.type] ?? UnknownInput;
  // whoever is in the field already when its calendar comes stays in it
  const [inside, setInside] = useState(false);
  const enter = () => {
    setInside(true);
    hurry();
  };
  const soon = (
    <input id={props.id} className={props.inCell ? "input bare" : "input"} readOnly aria-label={props["aria-label"]} value={typeof props.value === "string" ? props.value : ""}
      autoFocus={props.autoFocus} onFocus={enter} onBlur={() => setInside(false)} onPointerEnter={hurry} />
  );
  return <Suspense fallback={soon}><Input {...props} autoFocus={props.autoFocus || inside} /></Suspense>;
}
