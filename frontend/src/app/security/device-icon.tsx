/** A phone, a desk or a program: by what it calls itself. */
import { Monitor, Smartphone, SquareTerminal, Tablet } from "lucide-react";

export function DeviceIcon({ name, size = 18 }: { name: string; size?: number }) {
  if (name.includes("iPhone") || name.includes("Android")) return <Smartphone size={size} aria-hidden />;
  if (name.includes("iPad")) return <Tablet size={size} aria-hidden />;
  return name.includes("·") ? <Monitor size={size} aria-hidden /> : <SquareTerminal size={size} aria-hidden />;
}
