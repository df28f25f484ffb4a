/** While data is on its way: after 300 ms, grey bars at the height of the rows; never a spinner over a page. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const widths = [62, 48, 70, 55, 44, 66, 58, 40, 61, 52];

export const Bone = ({ width, height }: { width: number | string; height?: number }) => <span className="sk" style={{ width, height }} />;

/** Shows its content only when the wait is long enough to be noticed. */
export function Delayed({ children }: { children: ReactNode }) {
  const { t } = useTranslation("ui");
  return (
    <div className="delayed" role="status" aria-label={t("loading")}>
      {children}
    </div>
  );
}

export function GridSkeleton({ rows = 10, height = 32 }: { rows?: number; height?: number }) {
  return (
    <Delayed>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="sk-row" style={{ height }}>
          <Bone width={84} />
          <span className="grow"><Bone width={`${widths[index % widths.length]}%`} /></span>
          <Bone width={60} />
          <Bone width={48} />
        </div>
      ))}
    </Delayed>
  );
}

/** Head, facts and two columns: what a detail or form page will look like. */
export function PageSkeleton() {
  return (
    <Delayed>
      <div className="phead"><Bone width={180} height={14} /></div>
      <div className="facts">
        {[0, 1, 2, 3].map((index) => (
          <div key={index} className="fact"><Bone width={56} /><div style={{ height: 10 }} /><Bone width={110} height={14} /></div>
        ))}
      </div>
      <GridSkeleton rows={6} height={40} />
    </Delayed>
  );
}
