import { Logo } from "@/ui/joint";
import { Bone, GridSkeleton } from "@/ui/states/skeleton";
import "./shell.css";

/** The frame as it will be, before anybody knows what is in it. */
export function ShellSkeleton() {
  return (
    <div className="shell" aria-busy>
      <header className="topbar">
        <span className="tb-logo"><Logo size={22} /></span>
        <Bone width={120} />
      </header>
      <nav className="rail" />
      <nav className="panel" />
      <main className="sheet">
        <div className="phead" />
        <GridSkeleton rows={14} />
      </main>
    </div>
  );
}
