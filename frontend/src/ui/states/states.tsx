/** What stands in the place of content: nothing yet, nothing found, went wrong, not allowed, somebody was faster. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Joint } from "@/ui/joint";

interface StateProps {
  title: ReactNode;
  /** One sentence: why, what is safe, what to do. */
  children?: ReactNode;
  actions?: ReactNode;
  reference?: string;
  inline?: boolean;
}

function State({ title, children, actions, reference, inline, mark, role }: StateProps & { mark?: ReactNode; role?: "alert" | "status" }) {
  const { t } = useTranslation("ui");
  return (
    <div className={`state${inline ? " inline" : ""}`} role={role}>
      {mark}
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className="acts">{actions}</div>}
      {reference && <span className="ref">{t("reference", { reference })}</span>}
    </div>
  );
}

/** Nothing here yet: why, and the one thing to do next. */
export const EmptyState = (props: StateProps) => <State mark={props.inline ? undefined : <Joint fit={0} size={28} />} {...props} />;

/** The filter hides everything: names the filter, no drawing. */
export const NothingFound = (props: StateProps) => <State role="status" {...props} />;

/** Something failed: what happened, what is safe, what to do, reference for support. */
export const ErrorState = (props: StateProps) => <State role="alert" mark={<Joint fit={0} size={28} bad />} {...props} />;

/** Not allowed: says who can give the right. */
export const ForbiddenState = (props: StateProps) => <State mark={<Joint fit={0} size={28} />} {...props} />;

/** Somebody else saved first: who, when, and that nothing typed is lost. */
export const StaleState = (props: StateProps) => <State role="alert" mark={<Joint fit={0} size={28} bad />} {...props} />;
