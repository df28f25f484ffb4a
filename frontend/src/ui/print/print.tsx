/** A document on paper: mark in grey, head, parties, lines whose head repeats, signatures. The browser numbers pages. */
import type { ReactNode } from "react";
import "@/ui/styles/print.css";

interface PaperProps {
  title: string;
  number: string;
  company: ReactNode;
  parties?: ReactNode;
  children: ReactNode;
  signatures?: string[];
}

export function Paper({ title, number, company, parties, children, signatures }: PaperProps) {
  return (
    <article className="paper">
      <header>
        <div>
          <h1>{title}</h1>
          <p className="no">{number}</p>
        </div>
        <div>{company}</div>
      </header>
      {parties !== undefined && <div className="parties">{parties}</div>}
      {children}
      {signatures && signatures.length > 0 && (
        <div className="sign">
          {signatures.map((signature) => (
            <span key={signature}>{signature}</span>
          ))}
        </div>
      )}
    </article>
  );
}
