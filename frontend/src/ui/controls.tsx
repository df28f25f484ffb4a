/** Plain form parts for pages without the record engine: labelled field, password, select, check box, switch, choice. */
import { ChevronDown, Eye, EyeOff } from "lucide-react";
import { useId, useState, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";
import { useTranslation } from "react-i18next";

interface FieldProps {
  label: ReactNode;
  /** Right of the label, a link mostly. */
  extra?: ReactNode;
  note?: ReactNode;
  error?: string;
  good?: string;
  children: (ids: { id: string; "aria-describedby": string; "aria-invalid": true | undefined }) => ReactNode;
}

export function Field({ label, extra, note, error, good, children }: FieldProps) {
  const id = useId();
  const below = error ?? good ?? note;
  return (
    <div className="field">
      <span className="lb">
        <label htmlFor={id}>{label}</label>
        {extra !== undefined && (
          <>
            <span className="grow" />
            {extra}
          </>
        )}
      </span>
      {children({ id, "aria-describedby": `${id}-note`, "aria-invalid": error ? true : undefined })}
      <span id={`${id}-note`} className={`note${error ? " bad" : good ? " good" : ""}${below ? "" : " sr-only"}`} aria-live="polite">
        {below}
      </span>
    </div>
  );
}

type TextProps = Omit<FieldProps, "children"> & Omit<InputHTMLAttributes<HTMLInputElement>, "size"> & { large?: boolean; suffix?: ReactNode };

export function TextField({ label, extra, note, error, good, large, suffix, className = "", ...input }: TextProps) {
  const classes = `input${large ? " large" : ""} ${className}`;
  return (
    <Field {...{ label, extra, note, error, good }}>
      {(ids) =>
        suffix === undefined ? (
          <input {...ids} {...input} className={classes} />
        ) : (
          <span className={`input-wrap${error ? " invalid" : ""}`}>
            <input {...ids} {...input} className={classes} />
            <span className="suffix">{suffix}</span>
          </span>
        )
      }
    </Field>
  );
}

export function PasswordField({ label, extra, note, error, good, large, ...input }: TextProps) {
  const { t } = useTranslation("ui");
  const [shown, setShown] = useState(false);
  return (
    <Field {...{ label, extra, note, error, good }}>
      {(ids) => (
        <span className={`input-wrap${error ? " invalid" : ""}`}>
          <input {...ids} {...input} type={shown ? "text" : "password"} className={`input${large ? " large" : ""}`} />
          <button type="button" onClick={() => setShown(!shown)} aria-label={t(shown ? "hide_password" : "show_password")} aria-pressed={shown}>
            {shown ? <EyeOff size={16} /> : <Eye size={16} />}
          </button>
        </span>
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
}

type SelectProps = Omit<FieldProps, "children"> & SelectHTMLAttributes<HTMLSelectElement> & { options: Option[]; large?: boolean };

export function SelectField({ label, extra, note, error, good, options, large, ...select }: SelectProps) {
  return (
    <Field {...{ label, extra, note, error, good }}>
      {(ids) => (
        <span className="select">
          <select {...ids} {...select} className={`input${large ? " large" : ""}`}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>{option.label}</option>
            ))}
          </select>
          <ChevronDown size={14} aria-hidden />
        </span>
      )}
    </Field>
  );
}

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type"> & { indeterminate?: boolean };

export function Check({ indeterminate, className = "", ...rest }: CheckProps) {
  return (
    <input
      type="checkbox"
      className={`check ${className}`}
      ref={(node) => {
        if (node) node.indeterminate = Boolean(indeterminate);
      }}
      {...rest}
    />
  );
}

export function CheckLine({ children, ...rest }: CheckProps & { children: ReactNode }) {
  return (
    <label className="check-line">
      <Check {...rest} />
      <span>{children}</span>
    </label>
  );
}

export function Switch({ className = "", ...rest }: Omit<InputHTMLAttributes<HTMLInputElement>, "type">) {
  return <input type="checkbox" role="switch" className={`switch ${className}`} {...rest} />;
}

interface SegmentedProps<V extends string> {
  options: { value: V; label: ReactNode; title?: string }[];
  value: V;
  onChange: (value: V) => void;
  label: string;
  small?: boolean;
}

export function Segmented<V extends string>({ options, value, onChange, label, small }: SegmentedProps<V>) {
  return (
    <div className={`segmented${small ? " small" : ""}`} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" title={option.title} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}
