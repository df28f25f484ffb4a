/** The scanner: six kinds of work, each a screen of its own. */
import { useParams } from "@tanstack/react-router";
import { ArrowRightLeft, Box, ListChecks, PackageCheck, PackagePlus, ScanLine, type LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "@/platform/records/navigation";
import { useCan } from "@/platform/session/session";
import { ScanFrame } from "../scan/frame";
import { LookupWork } from "../scan/lookup";
import { MoveWork } from "../scan/move";
import { PackWork } from "../scan/pack";
import { PickWork } from "../scan/pick";
import { ReceiveWork } from "../scan/receive";

interface Work {
  key: string;
  title: string;
  icon: LucideIcon;
  permission: string;
  screen: ComponentType;
}

const PutAway = () => <MoveWork proposed />;
const Move = () => <MoveWork proposed={false} />;

const WORKS: readonly Work[] = [
  { key: "receive", title: "scan.receive", icon: PackagePlus, permission: "inventory.receipt.create", screen: ReceiveWork },
  { key: "put-away", title: "scan.putAway", icon: PackageCheck, permission: "inventory.stock.transfer", screen: PutAway },
  { key: "pick", title: "scan.pick", icon: ListChecks, permission: "inventory.pick.pick", screen: PickWork },
  { key: "pack", title: "scan.pack", icon: Box, permission: "inventory.parcel.create", screen: PackWork },
  { key: "move", title: "scan.move", icon: ArrowRightLeft, permission: "inventory.stock.transfer", screen: Move },
  { key: "lookup", title: "scan.lookup", icon: ScanLine, permission: "inventory.stock.view", screen: LookupWork },
];

function Tile({ work }: { work: Work }) {
  const { t } = useTranslation("inventory");
  const go = useGo();
  const Shape = work.icon;
  if (!useCan(work.permission)) return null;
  return <button type="button" onClick={() => go(`/inventory/scan/${work.key}`)}><Shape size={32} aria-hidden />{t(work.title)}</button>;
}

export function ScanPage() {
  const { t } = useTranslation("inventory");
  const { work } = useParams({ strict: false }) as { work?: string };
  const Screen = WORKS.find((one) => one.key === work)?.screen;
  if (Screen) return <Screen />;
  return (
    <ScanFrame title={t("scan.title")} hint="" back="/" said={null}>
      <div className="sc-tiles">{WORKS.map((one) => <Tile key={one.key} work={one} />)}</div>
    </ScanFrame>
  );
}
