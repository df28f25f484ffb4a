/** A day outside of records: our calendar on a desk, the device's own on a phone. It comes when it is needed. */
import { lazy, Suspense } from "react";
import { Field } from "@/ui/controls";
import "../fields.css";
import { usePhone } from "../../records/use-media";

const DayPicker = lazy(() => import("./day-picker").then((part) => ({ default: part.DayPicker })));

export interface DayProps {
  value: string;
  onChange: (day: string) => void;
  min?: string;
  max?: string;
  clearable?: boolean;
  id?: string;
  status?: "error";
  "aria-label"?: string;
  "aria-describedby"?: string;
}

export function DayInput(props: DayProps) {
  const phone = usePhone();
  const { value, id, min, max } = props;
  const own = { id, className: "input", value, "aria-label": props["aria-label"], "aria-describedby": props["aria-describedby"] };
  if (phone) return <input {...own} type="date" min={min} max={max} aria-invalid={props.status ? true : undefined} onChange={(event) => props.onChange(event.target.value)} />;
  return <Suspense fallback={<input {...own} readOnly />}><DayPicker {...props} /></Suspense>;
}

interface DayFieldProps extends Omit<DayProps, "id" | "status" | "aria-label" | "aria-describedby"> {
  label: string;
  note?: string;
  error?: string;
}

export function DayField({ label, note, error, ...day }: DayFieldProps) {
  return (
    <Field label={label} note={note} error={error}>
      {(ids) => <DayInput {...day} id={ids.id} aria-describedby={ids["aria-describedby"]} status={error ? "error" : undefined} />}
    </Field>
  );
}
